using System.Text.Json;
using Weighhouse.Registry;
using Weighhouse.Web.Words;

namespace Weighhouse.Web.Models;

/// <summary>A change of a model in words.</summary>
internal static class EventText
{
    private const int DetailsLengthMax = 300;

    /// <summary>The actions that have words; an unknown one stands for itself.</summary>
    public static readonly IReadOnlyList<string> Actions =
    [
        "model.create", "model.rename", "model.describe", "model.delete", "model.tag.set", "model.tag.delete", "alias.set", "alias.delete",
        "version.create", "version.commit", "version.describe", "version.stage", "version.delete", "version.tag.set", "version.tag.delete",
    ];

    public static string Title(RegistryEvent change, PageWords words) =>
        Actions.Contains(change.Action) ? words[$"event.{change.Action}"] : change.Action;

    /// <summary>What there is since the change, or what there was before it was taken away: "name: digits · alias: best".</summary>
    public static string? Details(RegistryEvent change)
    {
        if ((change.After ?? change.Before) is not { } json) return null;
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind is not JsonValueKind.Object) return Cut(json);
        var pairs = document.RootElement.EnumerateObject()
            .Where(property => property.Value.ValueKind is not JsonValueKind.Null && property.Value.ToString().Length > 0)
            .Select(property => $"{property.Name}: {property.Value}");
        var text = string.Join(" · ", pairs);
        return text.Length == 0 ? null : Cut(text);
    }

    private static string Cut(string text) => text.Length <= DetailsLengthMax ? text : text[..DetailsLengthMax] + "…";
}
