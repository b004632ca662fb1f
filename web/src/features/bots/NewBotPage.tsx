// The page /new: an empty bot, a file, or a ready one.
import { Button, Textarea, TextInput } from "@mantine/core";
import { FileUp, Plus } from "lucide-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { useWords } from "../../i18n/useWords";
import { TopBar } from "../../shell/TopBar";
import { ICON } from "../../ui/icon";
import { FileDrop } from "./FileDrop";
import { GalleryCards } from "./GalleryCards";
import { useImport } from "./importing";
import styles from "./NewBotPage.module.css";
import { createEmpty, useBotAction } from "./queries";

export default function NewBotPage() {
  const { t } = useWords();
  useEffect(() => {
    document.title = `${t("bots.new_title")} · DBCV`;
  }, [t]);
  return (
    <>
      <TopBar />
      <FileDrop>
        <main className={styles.main}>
          <nav className={styles.way} aria-label={t("app.where")}>
            <Link href="/">{t("app.all_bots")}</Link>
          </nav>
          <h1 className={styles.title}>{t("bots.new_title")}</h1>
          <div className={styles.two}>
            <EmptyBot />
            <FromFile />
          </div>
          <h2 className={styles.subtitle}>{t("bots.gallery")}</h2>
          <p className={styles.lead}>{t("bots.gallery_hint")}</p>
          <GalleryCards />
        </main>
      </FileDrop>
    </>
  );
}

function EmptyBot() {
  const { t } = useWords();
  const [, go] = useLocation();
  const create = useBotAction(createEmpty);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name")).trim();
    create.mutate(name || t("bots.empty_name"), { onSuccess: (made) => go(`/bots/${made.id}`) });
  };
  return (
    <form className={styles.panel} onSubmit={submit}>
      <h2 className={styles.name}>{t("bots.empty")}</h2>
      <p className={styles.lead}>{t("bots.empty_hint")}</p>
      <TextInput name="name" label={t("bots.name")} placeholder={t("bots.empty_name")} maxLength={200} autoFocus />
      <Button type="submit" className={styles.go} leftSection={<Plus {...ICON} />} loading={create.isPending}>
        {t("bots.create_empty")}
      </Button>
    </form>
  );
}

function FromFile() {
  const { t } = useWords();
  const { begin, isRunning, report } = useImport();
  const [text, setText] = useState("");
  const picker = useRef<HTMLInputElement>(null);
  return (
    <section className={styles.panel} aria-labelledby="import">
      <h2 id="import" className={styles.name}>
        {t("bots.import")}
      </h2>
      <p className={styles.lead}>{t("bots.import_hint")}</p>
      <Textarea
        label={t("bots.paste")}
        placeholder={"format: dbcv.bot\nversion: 1\n…"}
        classNames={{ input: styles.code ?? "" }}
        rows={3}
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div className={styles.actions}>
        <Button variant="default" disabled={text.trim() === ""} loading={isRunning} onClick={() => begin(text)}>
          {t("bots.import_text")}
        </Button>
        <Button variant="default" leftSection={<FileUp {...ICON} />} onClick={() => picker.current?.click()}>
          {t("bots.choose_file")}
        </Button>
      </div>
      <input
        ref={picker}
        type="file"
        accept=".json,.yaml,.yml,application/json,application/yaml"
        aria-label={t("bots.choose_file")}
        hidden
        onChange={(event) => {
          void event.currentTarget.files?.[0]?.text().then(begin);
          event.currentTarget.value = "";
        }}
      />
      {report}
    </section>
  );
}
