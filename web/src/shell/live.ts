import { icon, make } from "../core/dom";
import { text } from "../core/page";
import { toast } from "./toast";
import warnIcon from "../../icons/warn.svg";

/** A page's parts are asked anew at most this often; charts have their own, shorter, rhythm. */
const refreshIntervalMs = 1500;
/** A blink of the network is not worth a banner. */
const offlineAfterMs = 3000;

/**
 * <wh-live src="/api/v1/runs/ID/events">: tells the page's elements what just became durable ("wh:metrics"), and renews the
 * parts marked data-live="name" from the server when anything else changed. A hidden page listens to nothing.
 */
export class LiveElement extends HTMLElement {
  private source: EventSource | null = null;
  private refreshTimer = 0;
  private refreshedAt = 0;
  private offlineTimer = 0;
  private banner: HTMLElement | null = null;

  connectedCallback(): void {
    document.addEventListener("visibilitychange", this.visibilityChanged);
    addEventListener("pagehide", this.stop);
    if (!document.hidden) this.start();
  }

  disconnectedCallback(): void {
    document.removeEventListener("visibilitychange", this.visibilityChanged);
    removeEventListener("pagehide", this.stop);
    this.stop();
  }

  private readonly visibilityChanged = (): void => {
    if (document.hidden) return this.stop();
    this.start();
    // What happened meanwhile was not heard.
    this.refreshSoon();
  };

  private start(): void {
    const address = this.getAttribute("src");
    if (!address || this.source) return;
    this.source = new EventSource(address);
    this.source.addEventListener("open", () => this.online());
    this.source.addEventListener("error", () => this.lost());
    this.source.addEventListener("metrics", (event) => {
      document.dispatchEvent(
        new CustomEvent("wh:metrics", { detail: JSON.parse((event as MessageEvent<string>).data) }),
      );
      this.refreshSoon();
    });
    this.source.addEventListener("run", () => this.refreshSoon());
  }

  private readonly stop = (): void => {
    this.source?.close();
    this.source = null;
    clearTimeout(this.refreshTimer);
    clearTimeout(this.offlineTimer);
    this.refreshTimer = this.offlineTimer = 0;
  };

  private refreshSoon(): void {
    if (this.refreshTimer) return;
    const wait = Math.max(100, refreshIntervalMs - (performance.now() - this.refreshedAt));
    this.refreshTimer = window.setTimeout(() => {
      this.refreshTimer = 0;
      this.refreshedAt = performance.now();
      void refreshParts();
    }, wait);
  }

  private lost(): void {
    // The browser tries again by itself unless the server refused; then we do, as seldom.
    if (this.source?.readyState === EventSource.CLOSED) {
      this.source = null;
      setTimeout(() => document.hidden || !this.isConnected || this.start(), offlineAfterMs);
    }
    if (this.banner || this.offlineTimer) return;
    this.offlineTimer = window.setTimeout(() => {
      this.offlineTimer = 0;
      this.banner = document.body.appendChild(
        make("div", { class: "banner banner-warn offline", role: "status" }, icon(warnIcon), text("offline")),
      );
    }, offlineAfterMs);
  }

  private online(): void {
    clearTimeout(this.offlineTimer);
    this.offlineTimer = 0;
    if (!this.banner) return;
    this.banner.remove();
    this.banner = null;
    toast(text("online"));
    this.refreshSoon();
  }
}

/** <wh-refresh>: renews the parts marked data-live at a steady pace, for what sends no events. A hidden page asks for nothing. */
export class RefreshElement extends HTMLElement {
  private timer = 0;

  connectedCallback(): void {
    this.timer = window.setInterval(() => document.hidden || void refreshParts(), refreshIntervalMs);
  }

  disconnectedCallback(): void {
    clearInterval(this.timer);
  }
}

/** Asks the server for this very page and takes over the parts marked data-live, leaving all else as the reader left it. */
export async function refreshParts(): Promise<void> {
  const parts = document.querySelectorAll<HTMLElement>("[data-live]");
  if (parts.length === 0) return;
  const answer = await fetch(location.href, { headers: { accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of parts) {
    const renewed = fresh.querySelector(`[data-live="${CSS.escape(part.dataset["live"]!)}"]`);
    if (!renewed || part.contains(document.activeElement)) continue;
    if (renewed.innerHTML !== part.dataset["liveHtml"])
      part.replaceChildren(...document.importNode(renewed, true).childNodes);
    part.dataset["liveHtml"] = renewed.innerHTML;
  }
}
