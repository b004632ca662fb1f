import { ColorInput, NumberInput, Select, TextInput } from "@mantine/core";
import { useWords } from "../../i18n/useWords";
import { Choice } from "../../ui/Choice";
import styles from "./channels.module.css";
import type { Mode, Scheme, Stand, Theme } from "./embed";
import type { EmbedConfig } from "./queries";

const MODES: readonly Mode[] = ["bubble", "popup", "inline"];
const SCHEMES: readonly Scheme[] = ["auto", "light", "dark"];
const COLOURS = ["accent", "on_accent", "surface", "text"] as const;
const SWATCHES = ["#4355d6", "#0b7a4b", "#b3261e", "#7a4d00", "#1a1d23", "#ffffff"];
const HEX = /^#[0-9a-f]{6}$/i;

interface EmbedLooksProps {
  stand: Stand;
  config: EmbedConfig;
  onStand: (stand: Stand) => void;
  onConfig: (fields: Partial<EmbedConfig>) => void;
}

export function EmbedLooks({ stand, config, onStand, onConfig }: EmbedLooksProps) {
  const { t } = useWords();
  return (
    <>
      <Choice
        label={t("channels.mode")}
        value={stand.mode}
        options={MODES.map((value) => ({ value, text: t(`channels.mode_${value}`) }))}
        onChange={(mode) => onStand({ ...stand, mode })}
      />
      {stand.mode === "popup" && <p className={styles.state}>{t("channels.mode_popup_hint")}</p>}
      <Choice
        label={t("channels.scheme")}
        value={stand.scheme}
        options={SCHEMES.map((value) => ({ value, text: t(`channels.scheme_${value}`) }))}
        onChange={(scheme) => onStand({ ...stand, scheme })}
      />
      <div className={styles.pairs}>
        <Select
          label={t("channels.position")}
          data={(["right", "left"] as const).map((value) => ({ value, label: t(`channels.position_${value}`) }))}
          value={config.position ?? "right"}
          allowDeselect={false}
          onChange={(value) => onConfig({ position: value as "right" | "left" })}
        />
        <Select
          label={t("channels.locale")}
          data={[
            { value: "", label: t("channels.locale_auto") },
            { value: "en", label: "English" },
            { value: "ru", label: "Русский" },
          ]}
          value={config.locale ?? ""}
          allowDeselect={false}
          onChange={(value) => onConfig({ locale: (value || null) as "en" | "ru" | null })}
        />
      </div>
      <TextInput
        label={t("channels.greeting")}
        description={t("channels.greeting_hint")}
        value={config.greeting ?? ""}
        maxLength={300}
        onChange={(event) =>
          onConfig({ greeting: event.currentTarget.value.trim() ? event.currentTarget.value : null })
        }
      />
      <ThemeFields theme={config.theme ?? {}} onChange={(theme) => onConfig({ theme })} />
    </>
  );
}

function ThemeFields({ theme, onChange }: { theme: Theme; onChange: (theme: Theme) => void }) {
  const { t } = useWords();
  return (
    <fieldset className={styles.theme}>
      <legend>{t("channels.theme")}</legend>
      <div className={styles.pairs}>
        {COLOURS.map((name) => (
          <ColorField
            key={name}
            label={t(`channels.${name}`)}
            value={theme[name] ?? ""}
            onChange={(colour) => onChange({ ...theme, [name]: colour })}
          />
        ))}
        <NumberInput
          label={t("channels.radius")}
          placeholder={t("channels.theme_own")}
          min={0}
          max={28}
          allowDecimal={false}
          value={theme.radius_px ?? ""}
          onChange={(value) => onChange({ ...theme, radius_px: typeof value === "number" ? value : null })}
        />
      </div>
    </fieldset>
  );
}

interface ColorFieldProps {
  label: string;
  value: string;
  onChange: (colour: string | null) => void;
}

/** Empty: as the chat is by itself. Half a colour is not told. */
function ColorField({ label, value, onChange }: ColorFieldProps) {
  const { t } = useWords();
  return (
    <ColorInput
      label={label}
      placeholder={t("channels.theme_own")}
      defaultValue={value}
      format="hex"
      swatches={SWATCHES}
      swatchesPerRow={6}
      withEyeDropper={false}
      onChange={(colour) => (HEX.test(colour) || colour === "") && onChange(colour.toLowerCase() || null)}
    />
  );
}
