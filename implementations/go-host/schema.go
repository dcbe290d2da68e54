package sandpipe

import (
	_ "embed"
	"encoding/json"
	"math"
	"reflect"
	"regexp"
	"strings"
	"unicode/utf8"
)

//go:generate cp ../../schemas/v1/bundle.json schemas.json
//go:embed schemas.json
var publishedSchemas []byte

// schema is a JSON Schema as far as the protocol's own use it: a map, or true or false.
type schema = any

var definitions = func() map[string]any {
	var bundle struct {
		Definitions map[string]any `json:"definitions"`
	}
	if err := json.Unmarshal(publishedSchemas, &bundle); err != nil {
		panic(err)
	}
	return bundle.Definitions
}()

// valid tells whether a decoded value has the published type of that name.
func valid(typeName string, value any) bool {
	return matches(definitions[typeName], value)
}

func matches(s schema, value any) bool {
	if allowed, ok := s.(bool); ok {
		return allowed
	}
	rules := s.(map[string]any)
	if ref, ok := rules["$ref"].(string); ok {
		return valid(strings.TrimPrefix(ref, "#/definitions/"), value)
	}
	if condition, ok := rules["if"]; ok {
		branch, present := rules["else"]
		if matches(condition, value) {
			branch, present = rules["then"]
		}
		if present && !matches(branch, value) {
			return false
		}
	}
	for _, part := range list(rules["allOf"]) {
		if !matches(part, value) {
			return false
		}
	}
	if constant, ok := rules["const"]; ok && !reflect.DeepEqual(constant, value) {
		return false
	}
	if options := list(rules["enum"]); options != nil && !contains(options, value) {
		return false
	}
	return hasType(rules["type"], value) && matchesKind(rules, value)
}

func matchesKind(rules map[string]any, value any) bool {
	switch v := value.(type) {
	case string:
		length := float64(utf8.RuneCountInString(v))
		pattern, ok := rules["pattern"].(string)
		return within(rules, "minLength", "maxLength", length) && (!ok || regexp.MustCompile(pattern).MatchString(v))
	case float64:
		return within(rules, "minimum", "maximum", v)
	case []any:
		for _, item := range v {
			if items, ok := rules["items"]; ok && !matches(items, item) {
				return false
			}
		}
		return within(rules, "minItems", "maxItems", float64(len(v)))
	case map[string]any:
		return matchesObject(rules, v)
	}
	return true
}

func matchesObject(rules, value map[string]any) bool {
	for _, name := range list(rules["required"]) {
		if _, ok := value[name.(string)]; !ok {
			return false
		}
	}
	properties, _ := rules["properties"].(map[string]any)
	for name, member := range value {
		s, ok := properties[name]
		if !ok {
			s, ok = rules["additionalProperties"]
		}
		if ok && !matches(s, member) {
			return false
		}
	}
	return true
}

func within(rules map[string]any, lower, upper string, n float64) bool {
	if least, ok := rules[lower].(float64); ok && n < least {
		return false
	}
	most, ok := rules[upper].(float64)
	return !ok || n <= most
}

func hasType(types, value any) bool {
	switch t := types.(type) {
	case nil:
		return true
	case []any:
		for _, one := range t {
			if hasType(one, value) {
				return true
			}
		}
		return false
	}
	switch v := value.(type) {
	case nil:
		return types == "null"
	case bool:
		return types == "boolean"
	case string:
		return types == "string"
	case float64:
		return types == "number" || types == "integer" && v == math.Trunc(v)
	case []any:
		return types == "array"
	}
	return types == "object"
}

func list(value any) []any {
	items, _ := value.([]any)
	return items
}

func contains(options []any, value any) bool {
	for _, option := range options {
		if reflect.DeepEqual(option, value) {
			return true
		}
	}
	return false
}
