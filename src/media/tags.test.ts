import { describe, expect, it } from 'vitest';
import { commentOf, MAX_RECIPE, recipeOf, tagArgs, titleOf } from './tags.ts';

describe('recipes in comments', () => {
  it.each(['{}', '망치 🔨 "x"\n\r\t\\ = ; #', '  spaces  ', 'é'.repeat(8000)])('come back: %j', (recipe) => {
    expect(recipeOf({ title: 'x', comment: commentOf(recipe) })).toBe(recipe);
    expect(recipeOf({ COMMENT: commentOf(recipe) })).toBe(recipe);
  });

  it('are refused when they could not come back as they are', () => {
    expect(() => commentOf('a\0b')).toThrow(RangeError);
    expect(() => commentOf('\ud83d')).toThrow(RangeError);
    expect(() => commentOf('x'.repeat(MAX_RECIPE))).not.toThrow();
    expect(() => commentOf('가'.repeat(MAX_RECIPE / 3 + 1))).toThrow(RangeError);
  });

  it('are told from other comments, and from monsters', () => {
    expect(recipeOf(undefined)).toBeUndefined();
    expect(recipeOf({ comment: 'Nice video' })).toBeUndefined();
    expect(recipeOf({ comment: `av-link-studio recipe: ${'x'.repeat(65_536)}` })).toHaveLength(65_536);
    expect(recipeOf({ comment: `av-link-studio recipe: ${'x'.repeat(65_537)}` })).toBeUndefined();
    expect(recipeOf({ comment: `av-link-studio recipe: ${'가'.repeat(30_000)}` })).toBeUndefined();
  });
});

it('titles end where they should', () => {
  expect(titleOf('a\0b')).toBe('a b');
  expect(titleOf('x'.repeat(499) + '🔨')).toBe(`${'x'.repeat(499)}\ufffd`);
});

it('the original keeps its titles and places to itself', () => {
  expect(tagArgs(undefined)).toEqual(['-map_metadata', '-1', '-map_chapters', '-1']);
  expect(tagArgs({ title: 't', recipe: '{}' })).toContain('comment=av-link-studio recipe: {}');
});
