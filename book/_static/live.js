/* A reader's own ordered flow map: pictures from a recorded clip, a camera or a file, their flow and
   the map of the newest flows (made by mffcnn_book.pages.live_map; flow.js and ordered_map.js
   compute).  Nothing is sent or stored.  Without this script the figure shows a recorded clip. */
(() => {
  const SIDE = 96; // px: what is computed on
  const KEPT = 60; // flows, the longest window
  const PAUSE = 40; // ms between the pictures that are played backwards
  const { grey, pyramid, farneback } = opticalFlow;

  const start = (root) => {
    const find = (name) => root.querySelector(`.live-${name}`);
    const paint = (name, rgba) =>
      find(name).getContext("2d").putImageData(new ImageData(rgba, SIDE, SIDE), 0, 0);
    const say = (text) => (find("said").textContent = text);
    const video = find("video");
    const input = document.createElement("canvas");
    input.width = input.height = SIDE;
    const pen = input.getContext("2d", { willReadFrequently: true });
    // What a test reads: the newest pictures, and the flows between them.
    const state = (root.live = { frames: [], flows: [], rate: 0 });
    let newest = null; // pyramid of the newest picture
    let limit = 1; // px/frame at full colour
    let running = 0; // changes whenever what runs is to stop
    let times = [];

    const clear = () => {
      [state.frames, state.flows, newest, times] = [[], [], null, []];
    };
    const size = () => Number(find("window").value);
    const kinds = find("smoothing").dataset.kinds.split(" "); // one for each step of the slider
    const smoothing = () => kinds[Number(find("smoothing").value)];
    state.map = (flows = state.flows) => orderedMap.pool(flows.slice(-size()), smoothing());

    const drawMap = (G) => {
      paint("ordered", orderedMap.colours(G, Math.max(orderedMap.fast(G), 1e-6)));
      paint("seen", orderedMap.picture(G));
    };

    /** Take in one picture: RGBA bytes. */
    const take = (rgba) => {
      const levels = pyramid(grey(rgba), SIDE, SIDE);
      state.frames.push(rgba);
      if (newest) {
        const flow = farneback(newest, levels);
        state.flows.push(flow);
        limit = Math.max(0.5, 0.95 * limit, orderedMap.fast(flow));
        paint("flow", orderedMap.colours(flow, limit));
        drawMap(state.map());
      }
      newest = levels;
      if (state.flows.length > KEPT) {
        state.flows.shift();
        state.frames.shift();
      }
      paint("picture", rgba);
    };

    const grab = () => {
      const side = Math.min(video.videoWidth, video.videoHeight);
      const [x, y] = [(video.videoWidth - side) / 2, (video.videoHeight - side) / 2];
      pen.drawImage(video, x, y, side, side, 0, 0, SIDE, SIDE);
      return pen.getImageData(0, 0, SIDE, SIDE).data;
    };

    const countRate = (now) => {
      times = [...times.filter((time) => now - time < 2000), now];
      state.rate = times.length > 1 ? (1000 * (times.length - 1)) / (now - times[0]) : 0;
      const full = Math.min(state.flows.length, size());
      find("count").textContent =
        `${full} of ${size()} flows, ${Math.round(state.rate)} pictures a second`;
    };

    const stop = (text) => {
      running += 1;
      video.pause();
      for (const track of video.srcObject?.getTracks() ?? []) track.stop();
      find("go").textContent = "Start";
      find("back").disabled = state.flows.length < 2;
      if (text) say(text);
    };

    const open = async (source) => {
      video.srcObject = null;
      video.removeAttribute("src");
      if (source === "camera") {
        const wanted = { width: { ideal: 320 }, height: { ideal: 240 }, facingMode: "user" };
        video.srcObject = await navigator.mediaDevices.getUserMedia({ video: wanted });
      } else if (source === "file") {
        video.src = URL.createObjectURL(find("file").files[0]);
      } else {
        video.src = find("clips").children[Number(source)].src;
      }
      video.loop = source !== "camera";
      await video.play();
    };

    const run = async () => {
      const source = find("source").value;
      if (source === "file" && !find("file").files.length) {
        say("Choose a video file first.");
        find("file").focus();
        return;
      }
      stop();
      clear();
      const mine = running;
      try {
        await open(source);
      } catch (error) {
        const what = source === "camera" ? "The camera" : "This video";
        stop(`${what} cannot be read (${error.name}). The recorded clips need neither.`);
        return;
      }
      find("go").textContent = "Stop";
      find("back").disabled = false;
      say("Running. The map is that of the newest flows.");
      let before = 0;
      const wait = (look) =>
        video.requestVideoFrameCallback
          ? video.requestVideoFrameCallback(look)
          : requestAnimationFrame(look);
      const look = () => {
        if (mine !== running) return;
        wait(look);
        if (video.currentTime === before) return;
        if (video.currentTime < before && source !== "camera") clear(); // the clip begins again
        before = video.currentTime;
        take(grab());
        countRate(performance.now());
      };
      wait(look);
    };

    /** The same pictures the other way round: new flows, a new map, and how like the old it is. */
    const playBackwards = async () => {
      const pictures = state.frames.slice(-size() - 1).reverse();
      if (pictures.length < 3) return;
      stop();
      const mine = running;
      const forwards = state.map();
      paint("forwards", orderedMap.picture(forwards));
      find("compare").hidden = false;
      clear();
      for (const rgba of pictures) {
        take(rgba);
        await new Promise((done) => setTimeout(done, PAUSE));
        if (mine !== running) return;
      }
      const backwards = state.map();
      paint("backwards", orderedMap.picture(backwards));
      state.cosine = orderedMap.cosine(forwards, backwards);
      find("back").disabled = false;
      say(
        `Played backwards: ${pictures.length - 1} flows. Cosine between the map forwards and the ` +
          `map backwards: ${state.cosine.toFixed(2)} (1: the same map, 0: nothing in common, ` +
          "-1: its negative).",
      );
    };

    const redraw = () => {
      find("length").textContent = `${size()} flows`;
      find("window").setAttribute("aria-valuetext", `${size()} flows`);
      find("kind").textContent = smoothing();
      find("smoothing").setAttribute("aria-valuetext", smoothing());
      if (state.flows.length) drawMap(state.map());
    };

    find("go").addEventListener("click", () => {
      if (find("go").textContent === "Stop") stop("Stopped.");
      else run();
    });
    find("back").addEventListener("click", playBackwards);
    find("window").addEventListener("input", redraw);
    find("smoothing").addEventListener("input", redraw);
    find("source").addEventListener("change", () => {
      find("file").parentNode.hidden = find("source").value !== "file";
      stop("Press Start.");
    });
    addEventListener("pagehide", () => stop());
    if (!navigator.mediaDevices?.getUserMedia) {
      const camera = find("source").querySelector("[value=camera]");
      camera.disabled = true;
      camera.textContent += " (not from this address)";
    }
    find("recorded").hidden = true;
    find("panel").hidden = false;
    redraw();
  };

  const all = () => document.querySelectorAll("[data-live]").forEach(start);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", all);
  else all();
})();
