export default {
  title: "Боты",
} as const;
