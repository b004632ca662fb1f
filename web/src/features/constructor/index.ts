export { ConstructorPage } from "./ConstructorPage";
