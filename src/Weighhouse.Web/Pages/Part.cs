using Microsoft.AspNetCore.Components;
using Weighhouse.Web.Words;

namespace Weighhouse.Web.Pages;

/// <summary>A piece of a page. It draws what it is given: whatever has to be asked or decided has been, before rendering begins.</summary>
public abstract class Part : ComponentBase
{
    [CascadingParameter]
    public PageContext Page { get; set; } = default!;

    /// <summary>The page's words.</summary>
    protected PageWords T => Page.Words;
}
