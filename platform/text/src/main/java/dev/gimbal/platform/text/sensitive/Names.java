package dev.gimbal.platform.text.sensitive;

/// Names that are common, and the words around names. The lists were written for this; they are
/// meant to hold the most frequent names of English-speaking countries and of China, and some of
/// their neighbours.
final class Names {
  static final WordSet GIVEN =
      new WordSet(
          """
          james robert john michael david william richard joseph thomas charles christopher daniel
          matthew anthony donald steven paul andrew joshua kenneth kevin brian george timothy ronald
          edward jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin scott
          brandon benjamin samuel gregory alexander frank patrick raymond jack dennis jerry tyler
          aaron jose adam nathan henry douglas zachary peter kyle ethan walter noah jeremy christian
          keith roger terry austin sean gerald carl harold dylan arthur lawrence jordan jesse bryan
          billy bruce gabriel joe logan alan juan albert willie elijah wayne randy vincent mason roy
          ralph bobby russell bradley philip eugene mary patricia jennifer linda elizabeth barbara
          susan jessica sarah karen lisa nancy betty sandra margaret ashley kimberly emily donna
          michelle carol amanda melissa deborah stephanie rebecca sharon laura cynthia dorothy amy
          kathleen angela shirley emma brenda pamela nicole anna samantha katherine christine helen
          debra rachel carolyn janet maria catherine heather diane olivia julie joyce victoria ruth
          virginia lauren kelly christina joan evelyn judith andrea hannah megan cheryl jacqueline
          martha madison teresa gloria sara janice ann kathryn abigail sophia frances jean alice judy
          isabella julia denise amber danielle marilyn beverly charlotte natalie theresa diana
          brittany doris kayla alexis lori oliver harry liam oscar lucas leo max felix hugo louis
          pierre jacques antoine marie claire sophie camille juliette hans klaus jürgen wolfgang
          stefan andreas matthias sabine petra ursula monika heike giovanni marco luca giulia
          francesca alessandro carlos luis miguel javier carmen ana lucia sofia pedro joão ahmed
          mohammed muhammad mohamed ali omar fatima aisha raj priya amit rahul anita sunita ivan
          dmitri sergei olga natalia tatiana lars erik ingrid astrid kenji yuki hiroshi akira
          """);

  static final WordSet FAMILY =
      new WordSet(
          """
          smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez
          gonzalez wilson anderson thomas taylor moore jackson martin lee perez thompson white harris
          sanchez clark ramirez lewis robinson walker young allen king wright scott torres nguyen
          hill flores green adams nelson baker hall rivera campbell mitchell carter roberts gomez
          phillips evans turner diaz parker cruz edwards collins reyes stewart morris morales murphy
          cook rogers gutierrez ortiz morgan cooper peterson bailey reed kelly howard ramos kim cox
          ward richardson watson brooks chavez wood james bennett gray mendoza ruiz hughes price
          alvarez castillo sanders patel myers ross foster jimenez powell jenkins perry russell
          sullivan bell coleman butler henderson barnes gonzales fisher vasquez simmons jordan
          patterson alexander hamilton graham reynolds griffin wallace moreno west cole hayes
          mueller müller schmidt schneider fischer weber meyer wagner becker schulz hoffmann koch
          bauer richter klein wolf schröder neumann schwarz zimmermann dubois durand leroy moreau
          rossi russo ferrari esposito bianchi ivanov petrov smirnov singh kumar sharma khan ahmed
          wang zhang chen liu yang huang zhao zhou wu xu sun tanaka suzuki sato watanabe
          """);

  /// Given names that are words too: alone they say nothing.
  static final WordSet ALSO_WORDS =
      new WordSet(
          """
          will mark may grace rose frank jack carol max leo christian jordan mason logan austin
          madison virginia victoria dean hunter amber judy jean terry sean ali ana marco charlotte
          hugo louis ivan lars raj jerry roger scott kelly alexander pierre diana gloria
          """);

  /// What begins a sentence or a heading and is no name, though a family's name may follow.
  static final WordSet NO_NAMES =
      new WordSet(
          """
          the a an in on at to for from of and or but if when while this that these those my your
          his her our their its is was are were be as by with about after before under over mr mrs
          ms dr prof miss sir dear hi hello hey yes no not please thanks thank new old north south
          east west lake mount saint university college street road avenue national international
          bank company monday tuesday wednesday thursday friday saturday sunday january february
          march april june july august september october november december i you he she we they it
          """);

  static final WordSet TITLES =
      new WordSet("mr mrs ms miss dr prof professor mister madam herr frau monsieur madame");

  static final WordSet MONTHS =
      new WordSet(
          """
          january february march april may june july august september october november december
          jan feb mar apr jun jul aug sep sept oct nov dec
          """);

  static final WordSet STREETS =
      new WordSet(
          """
          street st avenue ave road rd lane ln drive dr boulevard blvd way court ct place pl square
          sq terrace close crescent parkway pkwy highway hwy circle cir trail alley
          """);

  private static final String SURNAMES =
      "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余杜叶程魏苏吕"
          + "丁任卢姚沈姜崔钟谭陆汪范廖石金贾韦夏傅邹熊白孟秦邱侯江尹薛闫雷龙黎史陶贺毛郝顾龚邵覃武钱戴"
          + "严莫孔向常汤張劉陳楊黃趙吳孫馬鄭謝許韓鄧馮葉蘇呂盧譚陸鍾賈鄒閻龍賀顧龔錢嚴湯";

  private static final String[] COMPOUND = {"欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "慕容", "令狐"};

  static final String[] HAN_TITLES = {
    "先生", "女士", "小姐", "太太", "老师", "经理", "总监", "主任", "医生", "教授", "博士", "律师", "同学", "总裁", "院长", "處長",
    "经办", "師傅", "师傅", "護士", "护士"
  };

  static final String[] HAN_INTRODUCTIONS = {
    "我叫", "名叫", "叫做", "姓名", "名字是", "名字叫", "联系人", "收件人", "收货人", "患者", "申请人", "客户", "持卡人", "户名", "本人"
  };

  private static final boolean[] SURNAME = new boolean[0x9FFF - 0x4E00 + 1];

  static {
    for (int i = 0; i < SURNAMES.length(); i++) {
      SURNAME[SURNAMES.charAt(i) - 0x4E00] = true;
    }
  }

  private Names() {}

  /// How many characters of a Chinese family name stand at a place; 0: none.
  static int surname(Text text, int place) {
    for (String compound : COMPOUND) {
      if (text.is(place, compound)) {
        return 2;
      }
    }
    char c = text.at(place);
    return Text.han(c) && SURNAME[c - 0x4E00] ? 1 : 0;
  }
}
