import { DymadError } from "../../../errors.js";

/** The parts of WebGPU that are looked at before tfjs takes over. */
type Gpu = { requestAdapter(): Promise<Adapter | null> };
type Adapter = {
  readonly info?: { readonly description?: string; readonly device?: string; readonly vendor?: string };
};

const software = /swiftshader|llvmpipe|lavapipe|basic render/i;

/**
 * Sees to it that `navigator.gpu` is there, as in a browser, and has an adapter. In Node the package `webgpu` (Dawn) brings it;
 * its globals must be in place before the WebGPU backend of tfjs is imported.
 *
 * @throws  E_BACKEND when there is no adapter
 */
export async function openGpu(get: (name: string) => Promise<object>): Promise<{ description: string; software: boolean }> {
  const here = globalThis as { navigator?: { gpu?: Gpu } };
  let gpu = here.navigator?.gpu;
  if (gpu === undefined) {
    const dawn = (await get("webgpu")) as { create(options: string[]): Gpu; globals: object };
    for (const [name, value] of Object.entries(dawn.globals)) {
      if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    }
    // Dawn would try OpenGL, too, which lacks what tfjs needs
    gpu = dawn.create(onLinux() ? ["backend=vulkan"] : []);
  }
  const adapter = await gpu.requestAdapter();
  if (adapter === null) throw noAdapter();
  // Node 20 has no navigator; later ones have one without gpu
  if (here.navigator === undefined) {
    Object.defineProperty(globalThis, "navigator", { value: { userAgent: "node" }, configurable: true, writable: true });
  }
  if (here.navigator?.gpu === undefined) Object.defineProperty(here.navigator, "gpu", { value: gpu, configurable: true });
  const { description, device, vendor } = adapter.info ?? {};
  const words = description || device || vendor || "an adapter without a name";
  return { description: words, software: software.test(`${words} ${device ?? ""}`) };
}

const onLinux = (): boolean => typeof process === "object" && process.platform === "linux";

const noAdapter = (): DymadError =>
  new DymadError("E_BACKEND", "WebGPU finds no adapter", {
    hint: onLinux()
      ? "install the Vulkan loader and the driver of the card: apt-get install -y libvulkan1 mesa-vulkan-drivers (AMD, Intel), or NVIDIA's driver; to try without a card: apt-get install -y libvulkan1 chromium and set VK_DRIVER_FILES=/usr/lib/chromium/vk_swiftshader_icd.json"
      : "update the driver of the graphics card",
  });
