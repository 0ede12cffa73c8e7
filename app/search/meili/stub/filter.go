package stub

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// condition says whether a document passes.
type condition func(document) bool

// newFilter reads a filter: a text, or a list of which all must be met, where lists within are alternatives.
func newFilter(filter any, filterable []string) (condition, error) {
	switch f := filter.(type) {
	case nil:
		return func(document) bool { return true }, nil
	case string:
		return parse(f, filterable)
	case []any:
		var all []condition
		for _, part := range f {
			one, err := newAlternatives(part, filterable)
			if err != nil {
				return nil, err
			}
			all = append(all, one)
		}
		return every(all), nil
	}
	return nil, errors.New("a filter is a string or an array")
}

func newAlternatives(part any, filterable []string) (condition, error) {
	list, ok := part.([]any)
	if !ok {
		return newFilter(part, filterable)
	}
	var alternatives []condition
	for _, one := range list {
		text, ok := one.(string)
		if !ok {
			return nil, errors.New("within two arrays there must be strings")
		}
		c, err := parse(text, filterable)
		if err != nil {
			return nil, err
		}
		alternatives = append(alternatives, c)
	}
	return some(alternatives), nil
}

func every(all []condition) condition {
	return func(d document) bool { return !slices.ContainsFunc(all, func(c condition) bool { return !c(d) }) }
}

func some(all []condition) condition {
	return func(d document) bool { return slices.ContainsFunc(all, func(c condition) bool { return c(d) }) }
}

// parser reads the grammar of filters from its tokens.
type parser struct {
	tokens     []string
	filterable []string
}

var (
	filterToken = regexp.MustCompile(`\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[\pL\pN_.-]+|<=|>=|!=|[=<>()\[\],])`)
	escapedSign = regexp.MustCompile(`\\(.)`)
)

func parse(text string, filterable []string) (condition, error) {
	p := &parser{filterable: filterable}
	for rest := text; strings.TrimSpace(rest) != ""; {
		m := filterToken.FindStringSubmatchIndex(rest)
		if m == nil || m[0] != 0 {
			return nil, fmt.Errorf("was expecting an operation at %q", rest)
		}
		p.tokens, rest = append(p.tokens, rest[m[2]:m[3]]), rest[m[1]:]
	}
	if len(p.tokens) == 0 {
		return every(nil), nil
	}
	c, err := p.or()
	if err == nil && len(p.tokens) > 0 {
		err = fmt.Errorf("found unexpected characters at the end of the filter: %q", p.tokens)
	}
	return c, err
}

func (p *parser) take(token string) bool {
	if len(p.tokens) == 0 || p.tokens[0] != token {
		return false
	}
	p.tokens = p.tokens[1:]
	return true
}

func (p *parser) chain(word string, next func() (condition, error), join func([]condition) condition) (condition, error) {
	first, err := next()
	all := []condition{first}
	for err == nil && p.take(word) {
		var one condition
		one, err = next()
		all = append(all, one)
	}
	return join(all), err
}

func (p *parser) or() (condition, error)  { return p.chain("OR", p.and, some) }
func (p *parser) and() (condition, error) { return p.chain("AND", p.not, every) }

func (p *parser) not() (condition, error) {
	if p.take("NOT") {
		c, err := p.not()
		return func(d document) bool { return !c(d) }, err
	}
	if p.take("(") {
		c, err := p.or()
		if err == nil && !p.take(")") {
			err = errors.New("expression is missing the closing delimiter `)`")
		}
		return c, err
	}
	return p.comparison()
}

// word takes a name or a value.
func (p *parser) word() (string, error) {
	if len(p.tokens) == 0 {
		return "", errors.New("was expecting a value, but the filter ends")
	}
	token := p.tokens[0]
	p.tokens = p.tokens[1:]
	switch {
	case token[0] == '"' || token[0] == '\'':
		return escapedSign.ReplaceAllString(token[1:len(token)-1], "$1"), nil
	case strings.ContainsAny(token, "=<>()[],") || slices.Contains([]string{"AND", "OR", "NOT", "IN", "TO", "EXISTS", "STARTS", "WITH", "IS"}, token):
		return "", fmt.Errorf("was expecting a value but instead got %q", token)
	}
	return token, nil
}

func (p *parser) comparison() (condition, error) {
	field, err := p.word()
	if err != nil {
		return nil, err
	}
	if !slices.Contains(p.filterable, field) {
		return nil, fmt.Errorf("attribute `%s` is not filterable; filterable are `%s`", field, strings.Join(p.filterable, "`, `"))
	}
	if p.take("IN") {
		return p.list(field)
	}
	for _, operator := range []string{"=", "!=", "<=", ">=", "<", ">", "STARTS"} {
		if !p.take(operator) {
			continue
		}
		if operator == "STARTS" && !p.take("WITH") {
			break
		}
		value, err := p.word()
		return func(d document) bool { return compare(d[field], operator, value) }, err
	}
	return nil, fmt.Errorf("was expecting an operation after %q", field)
}

func (p *parser) list(field string) (condition, error) {
	if !p.take("[") {
		return nil, errors.New("expected `[` after `IN` keyword")
	}
	var values []string
	for !p.take("]") {
		value, err := p.word()
		if err != nil {
			return nil, err
		}
		values = append(values, value)
		p.take(",")
	}
	return func(d document) bool {
		return slices.ContainsFunc(values, func(v string) bool { return compare(d[field], "=", v) })
	}, nil
}

// compare compares what a document has with a value, as the server does: of a list one element is enough, big letters are small
// ones, and only numbers are before or after each other.
func compare(has any, operator, value string) bool {
	if list, ok := has.([]any); ok {
		found := slices.ContainsFunc(list, func(one any) bool { return compare(one, strings.TrimPrefix(operator, "!"), value) })
		return found != (operator == "!=")
	}
	if n, ok := has.(json.Number); ok {
		return compareNumbers(n, operator, value)
	}
	text := normal(fmt.Sprint(has))
	switch {
	case operator == "!=":
		return has == nil || text != normal(value)
	case has == nil:
		return false
	case operator == "=":
		return text == normal(value)
	}
	return operator == "STARTS" && strings.HasPrefix(text, normal(value))
}

func compareNumbers(has json.Number, operator, value string) bool {
	x, _ := has.Float64()
	y, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return operator == "!="
	}
	switch operator {
	case "<":
		return x < y
	case "<=":
		return x <= y
	case ">":
		return x > y
	case ">=":
		return x >= y
	case "=":
		return x == y
	}
	return operator == "!=" && x != y
}

func normal(text string) string { return strings.ToLower(strings.TrimSpace(text)) }
