/** The subprotocol of the server, in messages.ts. */
const PROTOCOL = "chat.v1";

const [status, leave, join, nameInput, room, log, say, textInput, names] = [
  "status",
  "leave",
  "join",
  "name",
  "room",
  "log",
  "say",
  "text",
  "names",
].map((id) => document.getElementById(id));

/** @type {WebSocket | null} The WebSocket while somebody is in the room. */
let webSocket = null;
let ownName = "";

join.addEventListener("submit", (event) => {
  event.preventDefault();
  if (webSocket === null) connect(nameInput.value);
});

say.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = textInput.value.trim();
  if (text === "") return;
  webSocket?.send(JSON.stringify({ type: "say", text }));
  textInput.value = "";
});

leave.addEventListener("click", () => webSocket?.close(1000, "Goodbye"));

function connect(name) {
  const { chatPort } = document.documentElement.dataset;
  const url = new URL(`ws://${location.hostname}:${chatPort}/`);
  url.searchParams.set("name", name);
  setStatus("Connecting …");
  webSocket = new WebSocket(url, PROTOCOL);
  webSocket.addEventListener("message", ({ data }) => receive(data));
  webSocket.addEventListener("close", onClose);
}

function setStatus(text, { isFailure = false } = {}) {
  status.textContent = text;
  status.classList.toggle("failure", isFailure);
}

function onClose({ code, reason }) {
  webSocket = null;
  const failure = room.hidden
    ? "The chat does not answer"
    : "The connection was lost";
  if (code === 1000) setStatus("Not connected");
  else setStatus(reason || failure, { isFailure: true });
  show({ isInRoom: false });
  nameInput.focus();
}

function receive(data) {
  const message = JSON.parse(data);
  switch (message.type) {
    case "welcome":
      enter(message);
      break;
    case "joined":
      names.append(makeNameItem(message.name));
      append(makeNotice(`${message.name} has joined`));
      break;
    case "left":
      removeName(message.name);
      append(makeNotice(`${message.name} has left`));
      break;
    case "said":
      append(makeMessage(message));
      break;
  }
}

function enter({ name, names: all }) {
  ownName = name;
  setStatus(`You are ${ownName}`);
  log.replaceChildren();
  names.replaceChildren(...all.map(makeNameItem));
  show({ isInRoom: true });
  textInput.focus();
}

function show({ isInRoom }) {
  join.hidden = isInRoom;
  room.hidden = !isInRoom;
  leave.hidden = !isInRoom;
}

/** Appends to the log, and goes down with it unless the user reads above. */
function append(item) {
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  log.append(item);
  if (isAtEnd) log.scrollTop = log.scrollHeight;
}

function makeMessage({ name, text, time }) {
  const who = make("div", { className: "who" });
  const when = make("time", {
    dateTime: time,
    textContent: new Date(time).toLocaleTimeString([], { timeStyle: "short" }),
  });
  who.append(make("strong", { textContent: name }), when);
  const item = make("li", { className: name === ownName ? "own" : "" });
  item.append(who, make("p", { textContent: text }));
  return item;
}

function makeNotice(textContent) {
  return make("li", { className: "notice", textContent });
}

function makeNameItem(textContent) {
  return make("li", { textContent });
}

function removeName(name) {
  for (const item of [...names.children]) {
    if (item.textContent === name) item.remove();
  }
}

/** Texts are set as text: nobody can send HTML. */
function make(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
