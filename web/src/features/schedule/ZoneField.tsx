import { Select } from "@mantine/core";
import { useMemo } from "react";
import { useWords } from "../../i18n/useWords";
import { zoneName } from "./zones";

interface ZoneFieldProps {
  value: string;
  onChange: (zone: string) => void;
  isReadOnly: boolean;
}

const ZONES = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];

/** Its name goes first, so that one finds "Москва" by typing it. */
const labelOf = (zone: string, language: string) => {
  const name = zoneName(zone, language);
  return name === zone || language === "en" ? zone : `${name} (${zone})`;
};

/** A time zone by its name, searched by its city. */
export function ZoneField({ value, onChange, isReadOnly }: ZoneFieldProps) {
  const { t, language } = useWords();
  const zones = useMemo(() => (ZONES.includes(value) ? ZONES : [value, ...ZONES]), [value]);
  return (
    <Select
      label={t("schedule.zone")}
      data={zones.map((zone) => ({ value: zone, label: labelOf(zone, language) }))}
      value={value}
      searchable
      limit={80}
      nothingFoundMessage={t("schedule.no_zone")}
      disabled={isReadOnly}
      onChange={(zone) => zone && onChange(zone)}
    />
  );
}
