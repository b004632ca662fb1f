export default {
  page_title: "{name} · DBCV",
} as const;
