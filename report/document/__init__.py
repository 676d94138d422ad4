"""The whole report, in no format yet: front page, chapters, sections, appendix."""
