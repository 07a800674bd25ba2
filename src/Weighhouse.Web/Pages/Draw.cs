using System.Globalization;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Components;
using Weighhouse.Web.Assets;

namespace Weighhouse.Web.Pages;

/// <summary>Small pieces of markup that appear hundreds of times on a page, as text instead of components.</summary>
internal static class Draw
{
    public static MarkupString Icon(string name) =>
        new($"<svg class=\"icon\" viewBox=\"0 0 16 16\" aria-hidden=\"true\">{AssetCatalog.Instance.IconOf(name)}</svg>");

    /// <summary>A moment: UTC without scripts, how long ago with them. What came with the database has 0 for a time.</summary>
    public static MarkupString Time(long? timeMs) => timeMs is not ({ } ms and not 0)
        ? new("–")
        : new($"<wh-time at=\"{ms.ToString(CultureInfo.InvariantCulture)}\">{FormatText.Moment(ms)}</wh-time>");

    public static MarkupString Key(string key) => new($"<kbd class=\"key\">{HtmlEncoder.Default.Encode(key)}</kbd>");
}
