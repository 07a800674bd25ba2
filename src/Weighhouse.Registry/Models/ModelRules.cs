using System.Globalization;
using Weighhouse.Kernel;
using Weighhouse.Tracking;

namespace Weighhouse.Registry.Models;

/// <summary>What models, aliases and tags may be called, in MLflow's words.</summary>
internal static class ModelRules
{
    public const string Latest = "latest";

    public static Error? RefuseName(string? name, string field, RegistryOptions options)
    {
        if (string.IsNullOrEmpty(name)) return Error.Invalid($"Missing value for required parameter '{field}'.", field);
        return RefuseText(name, field, options.NameLengthMax);
    }

    public static Error? RefuseDescription(string? description, RegistryOptions options) =>
        RefuseText(description, "description", options.DescriptionLengthMax);

    public static Error? RefuseTags(IReadOnlyList<Tag> tags, RegistryOptions options)
    {
        if (tags.Count > options.TagsPerRequestMax)
            return Error.Invalid($"A request has at most {options.TagsPerRequestMax} tags, not {tags.Count}. Set others later.", "tags");
        foreach (var tag in tags)
            if (RefuseTag(tag, options) is { } refusal) return refusal;
        return null;
    }

    public static Error? RefuseTag(Tag tag, RegistryOptions options) =>
        RefuseTagKey(tag.Key, options) ?? RefuseText(tag.Value, "value", options.TagValueLengthMax);

    public static Error? RefuseTagKey(string? key, RegistryOptions options)
    {
        if (string.IsNullOrEmpty(key)) return Error.Invalid("Missing value for required parameter 'key'.", "key");
        return RefuseText(key, "key", options.TagKeyLengthMax);
    }

    public static Error? RefuseAlias(string? alias, RegistryOptions options)
    {
        if (string.IsNullOrEmpty(alias)) return Error.Invalid("Registered model alias name cannot be empty.", "alias");
        if (!alias.All(IsOfWord))
        {
            return Error.Invalid(
                $"Invalid alias name: '{alias}'. Names may only contain alphanumerics, underscores (_), and dashes (-).", "alias");
        }

        return alias.Length <= options.AliasLengthMax
            ? null
            : Error.Invalid($"'Registered model alias name' exceeds the maximum length of {options.AliasLengthMax} characters", "alias");
    }

    /// <summary>Names that mean a version already cannot be given to another.</summary>
    public static Error? RefuseReserved(string alias)
    {
        if (alias.Equals(Latest, StringComparison.OrdinalIgnoreCase))
            return Error.Invalid("'latest' alias name (case insensitive) is reserved.", "alias");
        return alias.Length > 1 && alias[0] is 'v' or 'V' && alias.Skip(1).All(char.IsAsciiDigit)
            ? Error.Invalid($"Version alias name '{alias}' is reserved.", "alias")
            : null;
    }

    public static Error? RefuseText(string? text, string field, int lengthMax)
    {
        if (text is null) return null;
        return text.Length > lengthMax
            ? Error.Invalid($"'{field}' exceeds the maximum length of {lengthMax} characters", field)
            : PlainText.Refuse(text, field);
    }

    private static bool IsOfWord(char letter) => letter is '-' || char.IsLetterOrDigit(letter)
        || char.GetUnicodeCategory(letter) is UnicodeCategory.NonSpacingMark or UnicodeCategory.ConnectorPunctuation;
}
