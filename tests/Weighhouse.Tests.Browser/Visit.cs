using Microsoft.Playwright;

namespace Weighhouse.Tests.Browser;

/// <summary>One window. When it closes, whatever the page complained about fails the test, and so does a request to another host.</summary>
public sealed class Visit : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly Uri _origin;
    private readonly List<string> _complaints = [];
    private readonly List<string> _requests = [];

    private Visit(IBrowserContext context, IPage page, Uri origin)
    {
        _context = context;
        _origin = origin;
        Page = page;
        page.Console += (_, message) => Note(message);
        page.PageError += (_, error) => _complaints.Add($"uncaught: {error}");
        page.Request += (_, request) => Note(request);
    }

    public IPage Page { get; }

    /// <summary>Method and path of every request so far, without the query.</summary>
    public IReadOnlyList<string> Requests => _requests;

    /// <summary>Complaints that the test expects: the browser reports every answer that is an error.</summary>
    public ISet<string> Expected { get; } = new HashSet<string>(StringComparer.Ordinal);

    public static async Task<Visit> BeginAsync(IBrowserContext context, Uri origin) => new(context, await context.NewPageAsync(), origin);

    /// <summary>Goes to a path; the answer's status.</summary>
    public async Task<int> GoAsync(string path)
    {
        var answer = await Page.GotoAsync(new Uri(_origin, path).ToString());
        return answer?.Status ?? 0;
    }

    public ILocator this[string selector] => Page.Locator(selector);

    public ILocatorAssertions Expect(string selector) => Assertions.Expect(Page.Locator(selector));

    public IPageAssertions ExpectPage() => Assertions.Expect(Page);

    /// <summary>How many pixels of the first canvas inside the element are painted.</summary>
    public Task<int> PaintedAsync(string selector) => Page.EvaluateAsync<int>(
        """
        (selector) => {
            const canvas = document.querySelector(selector + ' canvas');
            if (!canvas) return 0;
            const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            let painted = 0;
            for (let i = 3; i < pixels.length; i += 4) if (pixels[i] > 0) painted++;
            return painted;
        }
        """,
        selector);

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        Assert.DoesNotContain(_complaints, complaint => !Expected.Any(expected => complaint.Contains(expected, StringComparison.Ordinal)));
    }

    private void Note(IConsoleMessage message)
    {
        if (message.Type is "error" or "warning") _complaints.Add($"{message.Type}: {message.Text} ({message.Location})");
    }

    private void Note(IRequest request)
    {
        var url = new Uri(request.Url);
        if (url.Scheme is not ("data" or "blob" or "about") && url.Authority != _origin.Authority) _complaints.Add($"another host: {url}");
        _requests.Add($"{request.Method} {url.AbsolutePath}");
    }
}
