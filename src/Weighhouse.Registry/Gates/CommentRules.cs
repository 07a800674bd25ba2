using Weighhouse.Kernel;

namespace Weighhouse.Registry.Gates;

/// <summary>What people may say to a promotion.</summary>
internal static class CommentRules
{
    public static Error? Refuse(string text, string field, RegistryOptions options)
    {
        if (text.Length > options.CommentLengthMax)
            return Error.Invalid($"{field} has {text.Length} characters; the limit is {options.CommentLengthMax}.", field);
        return PlainText.Refuse(text, field);
    }

    /// <summary>As <see cref="Refuse"/>, and it must say something.</summary>
    public static Error? RefuseEmpty(string text, string field, string cure, RegistryOptions options) =>
        string.IsNullOrWhiteSpace(text) ? Error.Invalid($"{field} is empty: {cure}", field) : Refuse(text, field, options);
}
