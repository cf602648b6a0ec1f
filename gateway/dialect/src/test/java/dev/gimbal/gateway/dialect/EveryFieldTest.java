package dev.gimbal.gateway.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.chat.ChatDialect;
import dev.gimbal.gateway.dialect.chat.ChatTarget;
import dev.gimbal.gateway.dialect.gemini.GeminiDialect;
import dev.gimbal.gateway.dialect.messages.MessagesDialect;
import dev.gimbal.gateway.dialect.responses.ResponsesDialect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What becomes of each field of each dialect on its way into each other one: it is said, it is
/// left out with a warning that names it, or the call is refused and the error names it. Nothing is
/// dropped without a word.
///
/// A row is `field | change to the plain call | mark | targets`. The targets are a letter each (C
/// chat, R responses, M messages, G Gemini) and what they do: `+` the call says the mark, `~` it
/// does not and a warning names the field, `-` refused; `±` both said and warned of, since a part
/// of it is lost. The change is JSON that is merged into the plain call; `/x` before it replaces
/// what is at `x`.
final class EveryFieldTest {
  private static final Map<String, Dialect> DIALECTS =
      Map.of(
          "C", new ChatDialect(),
          "R", new ResponsesDialect(),
          "M", new MessagesDialect(),
          "G", new GeminiDialect());

  private static final Map<String, String> PLAIN =
      Map.of(
          "C", "{'model':'m','messages':[{'role':'user','content':'Hi'}]}",
          "R", "{'model':'m','input':[{'role':'user','content':'Hi'}]}",
          "M", "{'model':'m','max_tokens':99,'messages':[{'role':'user','content':'Hi'}]}",
          "G", "{'contents':[{'role':'user','parts':[{'text':'Hi'}]}]}");

  private static final String CHAT =
      """
      n | {'n':2} | 2 | R- M- G+
      logprobs | {'logprobs':true} | ogprobs | R+ M- G+
      logprobs | {'logprobs':true,'top_logprobs':17} | 17 | R+ M- G+
      top_logprobs | {'top_logprobs':3} | 3 | R- M- G-
      modalities | {'modalities':['text','audio']} | audio | R- M- G-
      audio | {'audio':{'voice':'alloy','format':'wav'}} | alloy | R- M- G-
      prediction | {'prediction':{'type':'content','content':'expected'}} | expected | R~ M~ G~
      logit_bias | {'logit_bias':{'50256':-100}} | 50256 | R- M- G-
      web_search_options | {'web_search_options':{}} | web | R- M- G-
      functions | {'functions':[{'name':'old'}]} | old | R- M- G-
      function_call | {'function_call':'auto'} | auto | R- M- G-
      max_tokens | {'max_tokens':123} | 123 | R+ M+ G+
      max_completion_tokens | {'max_completion_tokens':123} | 123 | R+ M+ G+
      temperature | {'temperature':0.25} | 0.25 | R+ M+ G+
      temperature | {'temperature':1.5} | 1.5 | R+ M- G+
      top_p | {'top_p':0.35} | 0.35 | R+ M+ G+
      top_k | {'top_k':41} | 41 | R- M+ G+
      stop | {'stop':['HALT']} | HALT | R- M+ G+
      seed | {'seed':4711} | 4711 | R- M- G+
      presence_penalty | {'presence_penalty':0.375} | 0.375 | R- M- G+
      frequency_penalty | {'frequency_penalty':0.375} | 0.375 | R- M- G+
      user | {'user':'u-17'} | u-17 | R+ M+ G~
      user | {'safety_identifier':'u-17'} | u-17 | R+ M+ G~
      metadata | {'metadata':{'k':'v'}} | x_absent | R~ M~ G~
      store | {'store':true} | x_absent | R~ M~ G~
      service_tier | {'service_tier':'flex'} | flex | R+ M~ G~
      prompt_cache_key | {'prompt_cache_key':'pck'} | pck | R+ M~ G~
      prompt_cache_retention | {'prompt_cache_retention':'24h'} | 24h | R+ M~ G~
      verbosity | {'verbosity':'low'} | low | R+ M~ G~
      reasoning_effort | {'reasoning_effort':'low'} | low | R+ M+ G+
      reasoning_effort | {'reasoning_effort':'xhigh'} | high | R± M± G±
      x_unheard_of | {'x_unheard_of':1} | x_absent | R- M- G-
      response_format | {'response_format':{'type':'json_object'}} | json | R+ M- G+
      response_format | {'response_format':{'type':'json_schema','json_schema':{'name':'a','description':'described so','schema':{'type':'object','title':'tell'}}}} | described so | R+ M+ G+
      parallel_tool_calls | {'parallel_tool_calls':false,'tools':[{'type':'function','function':{'name':'f'}}]} | parallel | R+ M+ G-
      tools[].function.strict | {'tools':[{'type':'function','function':{'name':'f','strict':true}}]} | f | R+ M+ G+
      tool_choice | {'tool_choice':{'type':'function','function':{'name':'f'}},'tools':[{'type':'function','function':{'name':'f'}}]} | 'f' | R+ M+ G+
      tools[0] | {'tools':[{'type':'custom','custom':{'name':'f'}}]} | f | R- M- G-
      messages[0].name | /messages/0 {'role':'user','content':'Hi','name':'Ann'} | Ann | R- M- G-
      messages[].content[].image_url | /messages/0/content [{'type':'image_url','image_url':{'url':'https://example.com/a.png'}}] | a.png | R+ M+ G+
      messages[].content[].image_url.detail | /messages/0/content [{'type':'image_url','image_url':{'url':'https://example.com/a.png','detail':'high'}}] | high | R+ M~ G~
      messages[].content[].input_audio | /messages/0/content [{'type':'input_audio','input_audio':{'data':'UklG','format':'wav'}}] | UklG | R- M- G+
      messages[].content[].video_url | /messages/0/content [{'type':'video_url','video_url':{'url':'https://example.com/a.mp4'}}] | a.mp4 | R- M- G+
      messages[].content[].file.file_data | /messages/0/content [{'type':'file','file':{'file_data':'data:application/pdf;base64,JVBE'}}] | JVBE | R+ M+ G+
      messages[].content[].file.file_data | /messages/0/content [{'type':'file','file':{'file_data':'data:text/csv;base64,JVBE'}}] | JVBE | R+ M- G+
      messages[].content[].file.file_data | /messages/0/content [{'type':'file','file':{'file_data':'https://example.com/a.pdf'}}] | a.pdf | R+ M+ G+
      messages[].content[].file.filename | /messages/0/content [{'type':'file','file':{'filename':'tell.pdf','file_data':'data:application/pdf;base64,JVBE'}}] | tell.pdf | R+ M+ G~
      messages[].content[].file.file_id | /messages/0/content [{'type':'file','file':{'file_id':'file-1'}}] | file-1 | R+ M+ G+
      messages[].content[].cache_control | /messages/0/content [{'type':'text','text':'Hi','cache_control':{'type':'ephemeral'}}] | ephemeral | R~ M+ G~
      messages[0].content[0] | /messages/0/content [{'type':'x_new','x':1}] | x_absent | R- M- G-
      messages[].images | {'messages':[{'role':'user','content':'Paint.'},{'role':'assistant','content':'Here:','images':[{'type':'image_url','image_url':{'url':'data:image/png;base64,iVBO'}}]},{'role':'user','content':'More.'}]} | iVBO | R- M- G+
      messages[].images | {'messages':[{'role':'user','content':'Paint.'},{'role':'assistant','content':[{'type':'image_url','image_url':{'url':'data:image/png;base64,iVBO'}}]},{'role':'user','content':'More.'}]} | iVBO | R- M- G+
      messages[1].audio | {'messages':[{'role':'user','content':'Hi'},{'role':'assistant','content':'Yes','audio':{'id':'a1'}},{'role':'user','content':'More.'}]} | a1 | R- M- G-
      messages[1].tool_calls[0] | {'messages':[{'role':'user','content':'Hi'},{'role':'assistant','content':null,'tool_calls':[{'id':'c','type':'custom','custom':{'name':'f','input':'x'}}]}]} | f | R- M- G-
      messages[1] | {'messages':[{'role':'user','content':'Hi'},{'role':'function','name':'f','content':'x'}]} | f | R- M- G-
      """;

  private static final String RESPONSES =
      """
      max_output_tokens | {'max_output_tokens':123} | 123 | C+ M+ G+
      temperature | {'temperature':0.25} | 0.25 | C+ M+ G+
      top_p | {'top_p':0.35} | 0.35 | C+ M+ G+
      top_logprobs | {'top_logprobs':17} | 17 | C+ M- G+
      top_logprobs | {'top_logprobs':21} | 21 | C- M- G-
      top_logprobs | {'include':['message.output_text.logprobs']} | ogprobs | C+ M- G+
      include[0] | {'include':['web_search_call.results']} | web | C~ M~ G~
      instructions | {'instructions':'Be brief.'} | Be brief. | C+ M+ G+
      reasoning.effort | {'reasoning':{'effort':'low'}} | low | C+ M+ G+
      reasoning.summary | {'reasoning':{'summary':'auto'}} | auto | C~ M~ G~
      text.verbosity | {'text':{'verbosity':'low'}} | low | C~ M~ G~
      text.format | {'text':{'format':{'type':'json_object'}}} | json | C+ M- G+
      text.format | {'text':{'format':{'type':'json_schema','name':'a','description':'described so','schema':{'type':'object'}}}} | described so | C+ M+ G+
      background | {'background':true} | x_absent | C- M- G-
      store | {'store':true} | x_absent | C~ M~ G~
      previous_response_id | {'previous_response_id':'resp_1'} | resp_1 | C- M- G-
      conversation | {'conversation':'conv_1'} | conv_1 | C- M- G-
      prompt | {'prompt':{'id':'pmpt_1'}} | pmpt_1 | C- M- G-
      truncation | {'truncation':'auto'} | auto | C~ M~ G~
      max_tool_calls | {'max_tool_calls':3} | x_absent | C~ M~ G~
      metadata | {'metadata':{'k':'v'}} | x_absent | C~ M~ G~
      prompt_cache_key | {'prompt_cache_key':'pck'} | pck | C~ M~ G~
      user | {'user':'u-17'} | u-17 | C+ M+ G~
      parallel_tool_calls | {'parallel_tool_calls':false,'tools':[{'type':'function','name':'f'}]} | parallel | C+ M+ G-
      tools[0] | {'tools':[{'type':'web_search'}]} | web | C- M- G-
      tools[0] | {'tools':[{'type':'custom','name':'apply_patch','format':{'type':'grammar','syntax':'lark','definition':'x'}}]} | patch | C- M- G-
      tools[0] | {'tools':[{'type':'local_shell'}]} | shell | C- M- G-
      tools[0] | {'tools':[{'type':'mcp','server_label':'s','server_url':'https://example.com'}]} | mcp | C- M- G-
      tool_choice | {'tool_choice':{'type':'custom','name':'f'},'tools':[{'type':'function','name':'f'}]} | f | C- M- G-
      input[0] | {'input':[{'type':'item_reference','id':'msg_1'}]} | msg_1 | C- M- G-
      input[1] | {'input':[{'role':'user','content':'Hi'},{'type':'custom_tool_call','call_id':'c','name':'apply_patch','input':'x'}]} | patch | C- M- G-
      input[1] | {'input':[{'role':'user','content':'Hi'},{'type':'local_shell_call','call_id':'c','action':{'type':'exec','command':['ls']}}]} | ls | C- M- G-
      input[1] | {'input':[{'role':'user','content':'Hi'},{'type':'image_generation_call','id':'ig_1'}]} | ig_1 | C- M- G-
      input[].result | {'input':[{'role':'user','content':'Paint.'},{'type':'image_generation_call','id':'ig_1','status':'completed','result':'iVBO'},{'role':'user','content':'More.'}]} | iVBO | C- M- G+
      input[].content[].image_url | /input/0/content [{'type':'input_image','image_url':'https://example.com/a.png'}] | a.png | C+ M+ G+
      input[].content[].file_id | /input/0/content [{'type':'input_image','file_id':'file-1'}] | file-1 | C- M+ G+
      input[].content[].detail | /input/0/content [{'type':'input_image','image_url':'https://example.com/a.png','detail':'high'}] | high | C+ M~ G~
      input[].content[].detail | /input/0/content [{'type':'input_file','file_id':'file-1','detail':'high'}] | high | C~ M~ G~
      input[].content[].file_data | /input/0/content [{'type':'input_file','file_url':'https://example.com/a.pdf'}] | a.pdf | C- M+ G+
      input[].content[].filename | /input/0/content [{'type':'input_file','filename':'tell.pdf','file_data':'data:application/pdf;base64,JVBE'}] | tell.pdf | C+ M+ G~
      input[0].content[0] | /input/0/content [{'type':'input_audio','input_audio':{'data':'UklG','format':'wav'}}] | UklG | C- M- G-
      """;

  private static final String MESSAGES =
      """
      temperature | {'temperature':0.25} | 0.25 | C+ R+ G+
      top_p | {'top_p':0.35} | 0.35 | C+ R+ G+
      top_k | {'top_k':41} | 41 | C- R- G+
      stop_sequences | {'stop_sequences':['HALT']} | HALT | C+ R- G+
      system | {'system':[{'type':'text','text':'Be brief.'}]} | Be brief. | C+ R+ G+
      thinking.budget_tokens | {'thinking':{'type':'enabled','budget_tokens':5000}} | medium | C+ R+
      thinking.budget_tokens | {'thinking':{'type':'enabled','budget_tokens':5000}} | 5000 | G+
      thinking.display | {'thinking':{'type':'adaptive','display':'omitted'}} | high | C± R± G±
      output_config.effort | {'output_config':{'effort':'low'}} | low | C+ R+ G+
      output_config.format | {'output_config':{'format':{'type':'json_schema','schema':{'type':'object','title':'tell'}}}} | tell | C+ R+ G+
      metadata.user_id | {'metadata':{'user_id':'u-17'}} | u-17 | C+ R+ G~
      service_tier | {'service_tier':'auto'} | auto | C~ R~ G~
      context_management | {'context_management':{'edits':[{'type':'clear_thinking_20251015'}]}} | clear | C~ R~ G~
      container | {'container':'c-1'} | c-1 | C- R- G-
      mcp_servers | {'mcp_servers':[{'type':'url','url':'https://example.com'}]} | mcp | C- R- G-
      tools[0] | {'tools':[{'type':'web_search_20250305','name':'web_search'}]} | web | C- R- G-
      tool_choice.disable_parallel_tool_use | {'tool_choice':{'type':'auto','disable_parallel_tool_use':true},'tools':[{'name':'f','input_schema':{'type':'object'}}]} | parallel | C+ R+ G-
      cache_control | /messages/0/content [{'type':'text','text':'Hi','cache_control':{'type':'ephemeral'}}] | ephemeral | C~ R~ G~
      messages[].content[].source | /messages/0/content [{'type':'image','source':{'type':'url','url':'https://example.com/a.png'}}] | a.png | C+ R+ G+
      messages[].content[].source | /messages/0/content [{'type':'document','source':{'type':'url','url':'https://example.com/a.pdf'}}] | a.pdf | C- R+ G+
      messages[].content[].title | /messages/0/content [{'type':'document','title':'tell.pdf','source':{'type':'base64','media_type':'application/pdf','data':'JVBE'}}] | tell.pdf | C+ R+ G~
      messages[].content[].title | /messages/0/content [{'type':'document','title':'tell.pdf','source':{'type':'url','url':'https://example.com/a.pdf'}}] | tell.pdf | R~ G~
      messages[].content[].source.file_id | /messages/0/content [{'type':'document','source':{'type':'file','file_id':'file-1'}}] | file-1 | C+ R+ G+
      messages[0].content[0].citations | /messages/0/content [{'type':'document','citations':{'enabled':true},'source':{'type':'text','media_type':'text/plain','data':'x'}}] | x_absent | C- R- G-
      messages[0].content[0] | /messages/0/content [{'type':'search_result','source':'s','title':'t','content':[]}] | x_absent | C- R- G-
      messages[].content[].is_error | {'messages':[{'role':'user','content':'Hi'},{'role':'assistant','content':[{'type':'tool_use','id':'c','name':'f','input':{}}]},{'role':'user','content':[{'type':'tool_result','tool_use_id':'c','content':'bad','is_error':true}]}]} | error | C~ R~ G+
      messages[].content[].content | {'messages':[{'role':'user','content':'Hi'},{'role':'assistant','content':[{'type':'tool_use','id':'c','name':'f','input':{}}]},{'role':'user','content':[{'type':'tool_result','tool_use_id':'c','content':[{'type':'image','source':{'type':'base64','media_type':'image/png','data':'iVBO'}}]}]}]} | iVBO | C- R+ G+
      messages[].content[].source | {'messages':[{'role':'user','content':'Hi'},{'role':'assistant','content':[{'type':'image','source':{'type':'base64','media_type':'image/png','data':'iVBO'}}]},{'role':'user','content':'More.'}]} | iVBO | C- R- G+
      messages[1].content[0] | {'messages':[{'role':'user','content':'Hi'},{'role':'assistant','content':[{'type':'server_tool_use','id':'s','name':'web_search','input':{}}]}]} | web | C- R- G-
      x_unheard_of | {'x_unheard_of':1} | x_absent | C- R- G-
      """;

  private static final String GEMINI =
      """
      generationConfig.candidateCount | {'generationConfig':{'candidateCount':2}} | 2 | C+ R- M-
      generationConfig.responseModalities | {'generationConfig':{'responseModalities':['TEXT','IMAGE']}} | IMAGE | C- R- M-
      generationConfig.speechConfig | {'generationConfig':{'speechConfig':{'languageCode':'en'}}} | en | C- R- M-
      generationConfig.responseLogprobs | {'generationConfig':{'responseLogprobs':true}} | ogprobs | C+ R+ M-
      generationConfig.responseLogprobs | {'generationConfig':{'responseLogprobs':true,'logprobs':17}} | 17 | C+ R+ M-
      generationConfig.logprobs | {'generationConfig':{'logprobs':3}} | x_absent | C- R- M-
      generationConfig.maxOutputTokens | {'generationConfig':{'maxOutputTokens':123}} | 123 | C+ R+ M+
      generationConfig.temperature | {'generation_config':{'temperature':0.25}} | 0.25 | C+ R+ M+
      generationConfig.topK | {'generationConfig':{'topK':41}} | 41 | C- R- M+
      generationConfig.seed | {'generationConfig':{'seed':4711}} | 4711 | C+ R- M-
      generationConfig.stopSequences | {'generationConfig':{'stopSequences':['HALT']}} | HALT | C+ R- M+
      generationConfig.presencePenalty | {'generationConfig':{'presencePenalty':0.375}} | 0.375 | C+ R- M-
      generationConfig.mediaResolution | {'generationConfig':{'mediaResolution':'MEDIA_RESOLUTION_LOW'}} | x_absent | C~ R~ M~
      generationConfig.thinkingConfig.thinkingBudget | {'generationConfig':{'thinkingConfig':{'thinkingBudget':2000}}} | 'low' | C+ R+
      generationConfig.thinkingConfig.includeThoughts | {'generationConfig':{'thinkingConfig':{'includeThoughts':true}}} | x_absent | C~ R~ M~
      generationConfig.responseJsonSchema | {'generationConfig':{'responseMimeType':'application/json','responseJsonSchema':{'type':'object','title':'tell'}}} | tell | C+ R+ M+
      generationConfig.responseMimeType | {'generationConfig':{'responseMimeType':'text/x.enum'}} | enum | C- R- M-
      safetySettings[0] | {'safetySettings':[{'category':'C','threshold':'BLOCK_LOW_AND_ABOVE'}]} | x_absent | C- R- M-
      safetySettings[0] | {'safetySettings':[{'category':'C','threshold':'BLOCK_NONE'}]} | x_absent | C~ R~ M~
      cachedContent | {'cachedContent':'cachedContents/1'} | cached | C- R- M-
      tools[0].googleSearch | {'tools':[{'googleSearch':{}}]} | google | C- R- M-
      tools[0].codeExecution | {'tools':[{'codeExecution':{}}]} | code | C- R- M-
      toolConfig.functionCallingConfig.allowedFunctionNames | {'tools':[{'functionDeclarations':[{'name':'f'},{'name':'g'},{'name':'h'}]}],'toolConfig':{'functionCallingConfig':{'mode':'ANY','allowedFunctionNames':['f','g']}}} | x_absent | C- R- M-
      contents[].parts[].inlineData | /contents/0/parts [{'inlineData':{'mimeType':'image/png','data':'iVBO'}}] | iVBO | C+ R+ M+
      contents[].parts[].inlineData | /contents/0/parts [{'inlineData':{'mimeType':'audio/wav','data':'UklG'}}] | UklG | C+ R- M-
      contents[].parts[].inlineData | /contents/0/parts [{'inlineData':{'mimeType':'video/mp4','data':'AAAA'}}] | AAAA | C- R- M-
      contents[].parts[].fileData | /contents/0/parts [{'fileData':{'mimeType':'image/png','fileUri':'https://example.com/a'}}] | example.com/a | C+ R+ M+
      contents[].parts[].inlineData.displayName | /contents/0/parts [{'inlineData':{'mimeType':'application/pdf','data':'JVBE','displayName':'tell.pdf'}}] | tell.pdf | C+ R+ M+
      contents[].parts[].inlineData.displayName | /contents/0/parts [{'inlineData':{'mimeType':'image/png','data':'iVBO','displayName':'tell.png'}}] | tell.png | C~ R~ M~
      contents[].parts[].mediaResolution | /contents/0/parts [{'inlineData':{'mimeType':'image/png','data':'iVBO'},'mediaResolution':{'level':'MEDIA_RESOLUTION_HIGH'}}] | 'high' | C+ R+ M~
      contents[].parts[].inlineData | {'contents':[{'role':'user','parts':[{'text':'Paint.'}]},{'role':'model','parts':[{'inlineData':{'mimeType':'image/png','data':'iVBO'}}]},{'role':'user','parts':[{'text':'More.'}]}]} | iVBO | C- R- M-
      contents[0].parts[0].executableCode | /contents/0/parts [{'executableCode':{'language':'PYTHON','code':'x'}}] | x_absent | C- R- M-
      labels | {'labels':{'k':'v'}} | x_absent | C~ R~ M~
      xUnheardOf | {'xUnheardOf':1} | x_absent | C- R- M-
      """;

  private static Stream<Arguments> rows() {
    List<Arguments> rows = new ArrayList<>();
    Map.of("C", CHAT, "R", RESPONSES, "M", MESSAGES, "G", GEMINI)
        .forEach((caller, table) -> table.lines().forEach(line -> add(caller, line, rows)));
    return rows.stream();
  }

  private static void add(String caller, String line, List<Arguments> to) {
    String[] cells = line.split(" \\| ");
    for (String target : cells[3].strip().split(" ")) {
      to.add(
          Arguments.of(
              caller + target.charAt(0), target.substring(1), cells[0], cells[1], cells[2]));
    }
  }

  @ParameterizedTest(name = "{0} {1} {2} {3}")
  @MethodSource("rows")
  void shouldSayWarnOrRefuse(String pair, String does, String field, String change, String mark) {
    Translation translation =
        new Translation(DIALECTS.get(pair.substring(0, 1)), DIALECTS.get(pair.substring(1)));
    JsonNode call = changed(PLAIN.get(pair.substring(0, 1)), change);
    String spelled = mark.replace('\'', '"');

    Translation.@Nullable TranslatedRequest said = null;
    @Nullable String refused = null;
    try {
      said = translation.request(call, "some-model", false);
    } catch (DialectException e) {
      refused = e.field();
    }

    if (does.equals("-")) {
      assertThat(refused).as("refused for, of %s", said).isEqualTo(field);
      return;
    }
    assertThat(said).as("refused for %s", refused).isNotNull();
    if (does.equals("+")) {
      assertThat(said.warnings()).isEmpty();
    } else {
      assertThat(said.warnings()).containsExactly(field);
    }
    if (does.equals("~")) {
      assertThat(said.body().toString()).doesNotContain(spelled);
    } else {
      assertThat(said.body().toString()).contains(spelled);
    }
  }

  /// Other servers of the dialect may refuse what they do not know.
  @Test
  void shouldSayWhatOpenAiKnowsInBothItsDialectsToIts() {
    JsonNode call =
        tree(
            "{'model':'m','input':'Hi','service_tier':'flex','prompt_cache_key':'pck',"
                + "'text':{'verbosity':'low'},'truncation':'auto'}");

    Translation.TranslatedRequest said =
        new Translation(new ResponsesDialect(), new ChatDialect(ChatTarget.OPENAI))
            .request(call, "some-model", false);

    assertThat(said.body().path("verbosity").asText()).isEqualTo("low");
    assertThat(said.body().path("service_tier").asText()).isEqualTo("flex");
    assertThat(said.body().path("prompt_cache_key").asText()).isEqualTo("pck");
    assertThat(said.warnings()).containsExactly("truncation");
    assertThat(
            new Translation(new ResponsesDialect(), new ChatDialect())
                .request(call, "some-model", false)
                .warnings())
        .containsExactlyInAnyOrder(
            "truncation", "text.verbosity", "service_tier", "prompt_cache_key");
  }

  private static JsonNode changed(String plain, String change) {
    ObjectNode call = (ObjectNode) tree(plain);
    if (!change.startsWith("/")) {
      call.setAll((ObjectNode) tree(change));
      return call;
    }
    int space = change.indexOf(' ');
    String path = change.substring(0, space);
    int slash = path.lastIndexOf('/');
    JsonNode parent = call.at(path.substring(0, slash));
    String last = path.substring(slash + 1);
    JsonNode value = tree(change.substring(space + 1));
    if (parent instanceof ArrayNode array) {
      array.set(Integer.parseInt(last), value);
    } else {
      ((ObjectNode) parent).set(last, value);
    }
    return call;
  }

  private static JsonNode tree(String json) {
    return Samples.tree(json.replace('\'', '"'));
  }
}
