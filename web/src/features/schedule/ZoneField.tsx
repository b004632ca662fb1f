import { Select } from "@mantine/core";
import { useMemo } from "react";
import { useWords } from "../../i18n/useWords";
import { zoneName } from "./when";

interface ZoneFieldProps {
  value: string;
  onChange: (zone: string) => void;
  isReadOnly: boolean;
}

const ZONES = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];

/** A time zone by its name, searched by its city. */
export function ZoneField({ value, onChange, isReadOnly }: ZoneFieldProps) {
  const { t, language } = useWords();
  const zones = useMemo(() => (ZONES.includes(value) ? ZONES : [value, ...ZONES]), [value]);
  return (
    <Select
      label={t("schedule.zone")}
      description={zoneName(value, language)}
      inputWrapperOrder={["label", "input", "description"]}
      data={zones}
      value={value}
      searchable
      limit={80}
      nothingFoundMessage={t("schedule.no_zone")}
      disabled={isReadOnly}
      onChange={(zone) => zone && onChange(zone)}
    />
  );
}
