// Completes package-lock.json after an `npm install` behind a registry that holds only some platforms' packages: npm
// leaves the others out of the lock, and `npm ci` then calls it out of date. Each gets the version its parent pins and
// the platform its name tells, so that it is skipped elsewhere. A complete lock stays as it is.
import { readFileSync, writeFileSync } from "node:fs";

const OS = ["android", "darwin", "win32", "linux", "freebsd", "openbsd", "netbsd", "sunos", "aix", "openharmony"];
const CPU = ["arm64", "x64", "ia32", "arm", "ppc64", "riscv64", "s390x", "loong64", "mips64el", "wasm32"];
const file = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8"));

function platformOf(name) {
  const words = name.split("/").at(-1).split("-");
  const os = OS.find((known) => words.includes(known));
  const cpu = CPU.find((known) => words.includes(known));
  const libc = words.some((word) => word.startsWith("musl"))
    ? "musl"
    : words.some((word) => word.startsWith("gnu"))
      ? "glibc"
      : null;
  return { ...(cpu && { cpu: [cpu] }), ...(libc && { libc: [libc] }), ...(os && { os: [os] }) };
}

for (const parent of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const platform = platformOf(name);
    const isPinned = /^\d+\.\d+\.\d+$/.test(version);
    if (!isPinned || !platform.os || lock.packages[`node_modules/${name}`]) continue;
    lock.packages[`node_modules/${name}`] = { version, ...(parent.dev && { dev: true }), optional: true, ...platform };
    process.stdout.write(`added ${name}@${version}\n`);
  }
}
const sorted = Object.keys(lock.packages).sort((one, other) => one.localeCompare(other, "en"));
lock.packages = Object.fromEntries(sorted.map((name) => [name, lock.packages[name]]));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
