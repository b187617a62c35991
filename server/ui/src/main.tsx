import { render } from "preact";
import "./style/tokens.css";
import "./style/base.css";
import "./style/form.css";
import "./style/frame.css";
import "./style/dialog.css";
import "./style/list.css";
import "./style/parts.css";
import { App } from "./app";
import { refresh } from "./session";

void refresh().then(() => render(<App />, document.getElementById("app")!));
