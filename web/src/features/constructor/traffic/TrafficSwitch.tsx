import { Menu } from "@mantine/core";
import { Footprints } from "lucide-react";
import { useWords } from "../../../i18n/useWords";
import { ICON } from "../../../ui/icon";
import { PRESETS, type Preset } from "../../analytics/period";
import { showTraffic, useTraffic } from "../../analytics/traffic";

/** Shows on the canvas how many people went where: of which time, or not at all. */
export default function TrafficSwitch({ className }: { className: string | undefined }) {
  const { t } = useWords();
  const preset = useTraffic((state) => state.preset);
  const label = t("analytics.traffic");
  const item = (value: Preset | null, text: string) => (
    <Menu.Item
      key={text}
      aria-current={preset === value || undefined}
      rightSection={preset === value ? "✓" : null}
      onClick={() => showTraffic(value)}
    >
      {text}
    </Menu.Item>
  );
  return (
    <Menu position="top-start">
      <Menu.Target>
        <button
          type="button"
          className={className}
          aria-label={label}
          title={label}
          data-on={preset !== null || undefined}
        >
          <Footprints {...ICON} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{label}</Menu.Label>
        {item(null, t("analytics.traffic_off"))}
        {PRESETS.map((value) =>
          item(value, value === "today" ? t("analytics.today") : t("analytics.days", { count: Number(value) })),
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
