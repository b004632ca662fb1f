export default {
  title: "DBCV · chatbots on your own server",
  heading: "Chatbots on your own server",
  lead: "This is a DBCV installation. It runs bots and keeps every message on this server.",
  talk: "Talk to a bot",
  talk_hint:
    "Every public channel has a page of its own, open without an account. dbcv up prints the address of the demo bot.",
  build: "For developers",
  api: "API reference",
  api_hint: "Import bots, publish them, send messages. Try every call in the browser.",
  health: "State of this installation",
  health_hint: "Which parts are able to serve right now.",
} as const;
