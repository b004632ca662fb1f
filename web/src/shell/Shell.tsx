// The constructor's frame: the component library, the data kept for a while, who is logged in, and the routes.
import "@fontsource-variable/jetbrains-mono/wght.css";
import "@mantine/core/styles.layer.css";
import "@mantine/notifications/styles.layer.css";
import "@mantine/spotlight/styles.layer.css";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { useMemo } from "react";
import { useWords } from "../i18n/useWords";
import { colorSchemeManager, cssVariablesResolver, themeIn } from "../ui/mantine";
import { queryClient } from "./queries";
import { Routes } from "./Routes";

const schemes = colorSchemeManager();

export default function Shell() {
  const { t } = useWords();
  const theme = useMemo(() => themeIn(t), [t]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      colorSchemeManager={schemes}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={queryClient}>
        <Routes />
        <Notifications position="bottom-right" limit={3} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
