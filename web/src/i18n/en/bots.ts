export default {
  title: "Bots",
} as const;
