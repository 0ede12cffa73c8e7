package search

import (
	"context"
	"maps"
	"slices"
	"strings"

	"nuso.se/app/search/swedish"
)

// respell puts another spelling of the text into the result: words that were read as others are written as those, and words that
// nothing has as the nearest that somebody might mean.
func (s *Service) respell(ctx context.Context, f *finding, result *Result) error {
	meant, err := s.meant(ctx, f)
	if err != nil {
		return err
	}
	near, err := s.near(ctx, f)
	if err != nil {
		return err
	}
	text := respelled(f.text, meant)
	result.Corrected = text != f.text
	if nearer := respelled(text, near); nearer != text {
		text, result.Corrected = nearer, false
	}
	if text != f.text {
		result.Suggestion = text
	}
	return nil
}

// meant returns the words that were read as others, each with the nearest in the documents that have those.
func (s *Service) meant(ctx context.Context, f *finding) (map[string]string, error) {
	better := map[string]string{}
	if len(f.slips) == 0 {
		return better, nil
	}
	docs, err := s.documents(ctx, f, slices.Concat(slices.Collect(maps.Values(f.slips))...))
	if err != nil {
		return nil, err
	}
	for word, matches := range f.slips {
		var texts []string
		for _, d := range docs {
			if slices.ContainsFunc(matches, func(m Match) bool { return m.ID == d.ID }) {
				texts = append(texts, d.Title, d.Summary, d.Body)
			}
		}
		if near := swedish.Nearest(word, texts...); near != "" {
			better[word] = near
		}
	}
	return better, nil
}

// near returns the words that nothing has, each with the nearest in the glossary and in searches that visitors made and that found
// something.
func (s *Service) near(ctx context.Context, f *finding) (map[string]string, error) {
	better := map[string]string{}
	if len(f.lost) == 0 {
		return better, nil
	}
	popular, err := s.Popular(ctx, maxPopular)
	if err != nil {
		return nil, err
	}
	for _, word := range f.lost {
		if near := swedish.Nearest(word, append(slices.Clip(f.expressions), popular...)...); near != "" {
			better[word] = near
		}
	}
	return better, nil
}

// whole returns the text with words that were not typed to their end, or without rings, as they stand in the documents found: the
// shortest there is.
func (f *finding) whole(text string, docs []matched) string {
	better := map[string]string{}
	for _, w := range f.wants {
		if w.Reading != Prefix && w.Reading != Folded || len(w.Words) > 1 {
			continue
		}
		typed, shortest := swedish.Fold(w.Words[0]), ""
		for _, d := range docs {
			for _, word := range words(d.Title + "\n" + d.Summary + "\n" + d.Body) {
				if strings.HasPrefix(swedish.Fold(word), typed) && (shortest == "" || len(word) < len(shortest)) {
					shortest = word
				}
			}
		}
		if shortest != "" {
			better[w.Words[0]] = shortest
		}
	}
	return respelled(text, better)
}

// respelled returns the text with words replaced, whatever case they are in.
func respelled(text string, by map[string]string) string {
	var out strings.Builder
	written := 0
	for _, token := range swedish.Words(text) {
		if better, ok := by[token.Word]; ok {
			out.WriteString(text[written:token.Start] + better)
			written = token.End
		}
	}
	return out.String() + text[written:]
}
