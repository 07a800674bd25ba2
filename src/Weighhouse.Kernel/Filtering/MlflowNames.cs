namespace Weighhouse.Kernel;

/// <summary>entity.key as MLflow reads it: cut at the first dot, quotes taken off the key, backticks off both.</summary>
internal static class MlflowNames
{
    public static Result<FilterField> Resolve(string name, FilterVocabulary vocabulary, bool forOrder)
    {
        var dot = name.IndexOf('.');
        var entity = dot < 0 ? null : Trimmed(name[..dot], '`');
        var key = dot < 0 ? name : name[(dot + 1)..];
        key = Trimmed(Trimmed(Trimmed(key, '\''), '"'), '`');
        return vocabulary.Resolve(entity, key, part: null, forOrder);
    }

    private static string Trimmed(string text, char quote) =>
        text.Length >= 2 && text[0] == quote && text[^1] == quote ? text[1..^1] : text;
}
