import {
  CATEGORY_SLUGS,
  unknownCategories,
} from "../../../lib/crate/categories.ts";
import { assertEquals } from "../../support/assert.ts";

Deno.test("unknownCategories() knows categories and what is below them", () => {
  const known = [
    "algorithms",
    "development-tools::cargo-plugins",
    "science::bioinformatics::genomics",
    "no-std::no-alloc",
  ];
  assertEquals(unknownCategories(known), []);
});

Deno.test("unknownCategories() tells each that is not of crates.io once, in the order given", () => {
  const categories = [
    "utilities",
    "algorithms",
    "Algorithms",
    "cargo-plugins",
    "algorithms::sorting",
    "utilities",
    "constructor",
  ];
  assertEquals(unknownCategories(categories), [
    "utilities",
    "Algorithms",
    "cargo-plugins",
    "algorithms::sorting",
    "constructor",
  ]);
});

Deno.test("the slugs of all categories are lower case, with `::` between levels", () => {
  const odd = [...CATEGORY_SLUGS].filter((slug) =>
    !/^[a-z]+(-[a-z]+)*(::[a-z]+(-[a-z]+)*){0,2}$/.test(slug)
  );
  assertEquals(odd, []);
  const orphans = [...CATEGORY_SLUGS].filter((slug) => {
    const end = slug.lastIndexOf("::");
    return end !== -1 && !CATEGORY_SLUGS.has(slug.slice(0, end));
  });
  assertEquals(orphans, []);
});
