export { type PaperHistory, type Patch, readFriends, readPaper } from "./editing-histories.js";
export { type AuthorEdit, type CharacterName, type FriendsPlan, planFriends } from "./friends-plan.js";
