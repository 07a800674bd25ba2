using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Http;

public sealed class RefusalHeaderTests
{
    private static readonly Error Unauthenticated = new(ErrorCode.Unauthenticated, "Who are you?");

    [Theory]
    [InlineData("User-Agent", "curl/8.0", true)]
    [InlineData("User-Agent", "git-lfs/3.4.0", true)]
    [InlineData("User-Agent", "mlflow-python-client/3.3.2", true)]
    [InlineData("User-Agent", "", true)]
    [InlineData("User-Agent", "Mozilla/5.0 (X11; Linux x86_64)", false)]
    [InlineData("Sec-Fetch-Mode", "cors", false)]
    public void Basic_is_offered_to_programs_and_not_to_browsers(string header, string value, bool isOffered)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers[header] = value;
        Challenge.Add(context, Unauthenticated);

        var offered = context.Response.Headers.WWWAuthenticate.ToString();
        Assert.StartsWith("Bearer realm=\"weighhouse\"", offered, StringComparison.Ordinal);
        Assert.Equal(isOffered, offered.Contains("Basic", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(900, "900")]
    [InlineData(0.2, "1")]
    [InlineData(1.5, "2")]
    public void What_waiting_cures_says_how_long(double seconds, string header)
    {
        var context = new DefaultHttpContext();
        Challenge.Add(context, new Error(ErrorCode.LimitExceeded, "Later") { RetryAfter = TimeSpan.FromSeconds(seconds) });

        Assert.Equal(header, context.Response.Headers.RetryAfter);
    }

    [Fact]
    public void Other_refusals_promise_nothing()
    {
        var context = new DefaultHttpContext();
        Challenge.Add(context, Error.Denied("No"));

        Assert.Empty(context.Response.Headers);
    }

    [Theory]
    [InlineData("/api/v1/users", "/api/v1/users")]
    [InlineData("/a b\r\nFAKE 200 \u001b[31m", "/a%20b%0D%0AFAKE%20200%20%1B%5B31m")]
    [InlineData("/sign-in/link/s3cret", "/sign-in/link/…")]
    [InlineData("/Sign-In/Link/s3cret/more", "/sign-in/link/…")]
    public void A_log_has_the_path_without_secrets_and_on_one_line(string path, string logged)
    {
        var request = new DefaultHttpContext().Request;
        request.Path = path;

        Assert.Equal(logged, LoggedPath.Of(request));
    }

    [Fact]
    public void A_log_has_no_endless_path()
    {
        var request = new DefaultHttpContext().Request;
        request.Path = "/" + new string('x', 10_000);

        Assert.Equal(513, LoggedPath.Of(request).Length);
    }
}
