// Values for a trial, one field a variable: what is known of it stands there already.
import { useState } from "react";
import { useWords } from "../../../../i18n/useWords";
import styles from "../Inspector.module.css";
import { textOfSample } from "./samples";
import { useKnownValues } from "./useKnownValues";
import work from "./work.module.css";

/** The text of each sample, and the way to type another. */
export function useSamples(): [sample: (path: string) => string, type: (path: string, text: string) => void] {
  const known = useKnownValues();
  const [typed, setTyped] = useState<ReadonlyMap<string, string>>(new Map());
  return [
    (path) => typed.get(path) ?? textOfSample(known(path)),
    (path, text) => setTyped((old) => new Map(old).set(path, text)),
  ];
}

interface SampleFieldsProps {
  paths: readonly string[];
  sample: (path: string) => string;
  onType: (path: string, text: string) => void;
}

export function SampleFields({ paths, sample, onType }: SampleFieldsProps) {
  const { t } = useWords();
  if (!paths.length) return null;
  return (
    <>
      <span className={styles.hint}>{t("work.samples")}</span>
      <div className={work.pairs}>
        {paths.map((path) => (
          <Sample key={path} path={path} value={sample(path)} onChange={(text) => onType(path, text)} />
        ))}
      </div>
    </>
  );
}

function Sample({ path, value, onChange }: { path: string; value: string; onChange: (text: string) => void }) {
  const { t } = useWords();
  return (
    <>
      <span className={work.path} title={path}>
        {path}
      </span>
      <input
        className={styles.input}
        aria-label={t("work.sample_of", { path })}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </>
  );
}
