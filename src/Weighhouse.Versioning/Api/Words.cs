using System.Text.Json;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Api;

/// <summary>Enumerations as the wire spells them.</summary>
internal static class Words
{
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    public static Result<MergeStrategy> Strategy(
        string? word, IReadOnlyList<ChoiceRequest>? paths, bool? wholeFiles, IReadOnlyList<string>? key, string? weights)
    {
        WeightRecipe? recipe = null;
        if (weights is not null && !WeightRecipe.Parse(weights).TryGet(out recipe, out var wrong)) return wrong;
        if (!Choice(word ?? "fail", "strategy").TryGet(out var choice, out var error)) return error;
        var places = new List<KeyValuePair<TreePath, MergeChoice>>();
        foreach (var place in paths ?? [])
        {
            if (!TreePath.Parse(place.Path ?? "").TryGet(out var path, out error)) return error;
            if (!Choice(place.Choice, "paths").TryGet(out var chosen, out error)) return error;
            places.Add(new(path, chosen));
        }

        return new MergeStrategy(choice, places) { LooksInside = wholeFiles is not true, Key = key, Weights = recipe };
    }

    private static Result<MergeChoice> Choice(string? word, string field) => word switch
    {
        "fail" => MergeChoice.Fail,
        "ours" => MergeChoice.Ours,
        "theirs" => MergeChoice.Theirs,
        _ => Error.Invalid($"The choice is '{PlainText.Cut(word ?? "", 40)}'; it must be fail, ours or theirs.", field),
    };
}
