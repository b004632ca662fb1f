import { describe, expect, it } from "vitest";
import { isRare, placesOf, startOf } from "./config";

const schema = {
  properties: {
    imap: { type: "string" },
    groups: { type: "boolean", default: false },
    poll_seconds: { type: "number", default: 20 },
    mode: { type: "string", enum: ["polling", "webhook"], default: "polling" },
  },
  required: ["imap"],
};

describe("the config of a transport", () => {
  it("begins with what is bound, else with what the fields are by themselves", () => {
    expect(startOf({ config: schema })).toEqual({ imap: "", groups: false, poll_seconds: 20, mode: "polling" });
    expect(startOf({ config: schema }, { mode: "webhook", imap: "a:1" })).toMatchObject({
      mode: "webhook",
      imap: "a:1",
    });
  });

  it("says where the secret goes", () => {
    expect(placesOf({ url: "https://shop.example/replies?x=1", mode: "polling", address: "bot@example.com" })).toEqual([
      "shop.example",
    ]);
    expect(placesOf({ url: "http://127.0.0.1:9000/in" })).toEqual(["http://127.0.0.1:9000"]);
    const mail = { imap: "imap.example.com:993", smtp: "smtp.example.com:465" };
    expect(placesOf({ ...mail, security: "tls" })).toEqual(["imap.example.com:993", "smtp.example.com:465"]);
    expect(placesOf({ ...mail, security: "plain" })[0]).toBe("http://imap.example.com:993");
  });

  it("folds away what nobody has to touch", () => {
    const rare = Object.entries(schema.properties).filter(([name, field]) => isRare(name, field, schema.required));
    expect(rare.map(([name]) => name)).toEqual(["poll_seconds"]);
  });
});
