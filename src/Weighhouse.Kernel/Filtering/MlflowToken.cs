namespace Weighhouse.Kernel;

internal enum MlflowTokenKind
{
    /// <summary>metrics.loss, params."a b", `metric`.loss, or a text in double quotes.</summary>
    Name,
    /// <summary>A word that SQL reserves where a name would stand: OR, IS, TRUE.</summary>
    Keyword,
    /// <summary>=, !=, LIKE and their like, valid or not.</summary>
    Operator,
    Number,
    /// <summary>A text in single quotes.</summary>
    Text,
    /// <summary>Everything from an opening to its closing parenthesis.</summary>
    List,
    Semicolon,
    Other,
}

internal readonly record struct MlflowToken(MlflowTokenKind Kind, string Text, int Position)
{
    public bool IsKeyword(string word) => Kind is MlflowTokenKind.Keyword && Text.Equals(word, StringComparison.OrdinalIgnoreCase);
}
