export default {
  title: "Профиль",
} as const;
