using Microsoft.Playwright;
using Weighhouse.TestKit;
using Weighhouse.Tests.Browser;

[assembly: AssemblyFixture(typeof(BrowserServer))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Weighhouse.Tests.Browser;

/// <summary>One real server with a small world in it, and one real browser, for all tests.</summary>
public sealed class BrowserServer : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";

    private static readonly string[] ChromiumArguments =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private readonly TemporaryFolder _folder = new();
    private WeighProcess? _server;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public World World { get; private set; } = null!;

    public DataWorld Data { get; private set; } = null!;

    public ServedWorld Served { get; private set; } = null!;

    public Uri Url => _server!.Url;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Chromium)) return;
        _server = await WeighProcess.StartAsync(_folder["data"]);
        World = await World.CreateAsync(_server.Url);
        Data = await DataWorld.CreateAsync(_server);
        Served = await ServedWorld.CreateAsync(_server.Url);
        _playwright = await Playwright.CreateAsync();
        var options = new BrowserTypeLaunchOptions { ExecutablePath = Chromium, Args = ChromiumArguments };
        _browser = await _playwright.Chromium.LaunchAsync(options);
    }

    /// <summary>A browser window of its own: no cookies, nothing remembered.</summary>
    public async Task<Visit> VisitAsync(Look? look = null)
    {
        Assert.SkipUnless(_browser is not null, $"{Chromium} is not installed. hint: sudo apt-get install chromium");
        look ??= new Look();
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Url.ToString(),
            ColorScheme = look.IsDark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new ViewportSize { Width = look.Width, Height = look.Height },
            Locale = look.Language,
            JavaScriptEnabled = look.HasScripts,
        });
        return await Visit.BeginAsync(context, look.Origin ?? Url);
    }

    /// <summary>The path with the world's own ids in the places of {experiment}, {run}, {live} and {commit}.</summary>
    public string PathOf(string path) => path
        .Replace("{experiment}", World.Experiment, StringComparison.Ordinal)
        .Replace("{run}", World.FirstRun, StringComparison.Ordinal)
        .Replace("{live}", World.LiveRun, StringComparison.Ordinal)
        .Replace("{commit}", Data.Commits[^2].ToString(), StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        Data?.Dispose();
        Served?.Dispose();
        _folder.Dispose();
    }
}

/// <summary>How a visitor looks at the pages.</summary>
/// <param name="Origin">Another server than the shared one.</param>
public sealed record Look(
    bool IsDark = false, int Width = 1_400, int Height = 900, string Language = "en-GB", bool HasScripts = true, Uri? Origin = null);
