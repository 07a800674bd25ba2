using Weighhouse.Kernel;
using Weighhouse.Web.Forms;
using Weighhouse.Web.Words;

namespace Weighhouse.Web.Pages;

public enum Theme
{
    Auto,
    Light,
    Dark,
}

/// <summary>What every part of a page may ask of its request. Cascades through all components.</summary>
/// <param name="FormToken">What each form sends back, so that no other site can send one.</param>
/// <param name="Address">The request's path and query, to come back to.</param>
/// <param name="BaseUrl">How the visitor reaches this server: what the snippets to copy are made of.</param>
public sealed record PageContext(
    PageWords Words,
    Theme Theme,
    bool IsNavCollapsed,
    Principal Caller,
    string FormToken,
    string Address,
    string BaseUrl,
    string RequestId,
    Flash? Flash)
{
    public string Path => Address.Split('?')[0];
}

/// <summary>A step of the path above a page; the last has no address.</summary>
public sealed record Crumb(string Words, string? Url = null);

/// <summary>The entry of the navigation a page belongs to.</summary>
public enum Section
{
    None,
    Home,
    Experiments,
    Data,
    Models,
    Deployments,
}

/// <summary>What a page says about itself to the shell.</summary>
/// <param name="Scripts">Entries of the bundle besides the shell's own: "charts.js".</param>
/// <param name="FillsWindow">The page has the window's height and scrolls inside.</param>
public sealed record PageHead(
    string Title, Section Section, IReadOnlyList<Crumb> Crumbs, IReadOnlyList<string> Scripts, bool FillsWindow = false,
        bool IsBare = false)
{
    public static PageHead Of(string title, Section section = Section.None) => new(title, section, [new Crumb(title)], []);
}
