export default function Traces() { return null; }
