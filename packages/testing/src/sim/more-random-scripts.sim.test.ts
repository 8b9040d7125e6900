import { playHalf } from "../../test/play-stories.js";

playHalf("second");
