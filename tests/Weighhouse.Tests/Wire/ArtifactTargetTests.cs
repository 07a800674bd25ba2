using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Weighhouse.Kernel;
using Weighhouse.Wire.Mlflow.Artifacts;

namespace Weighhouse.Tests.Wire;

public sealed class ArtifactTargetTests
{
    private const string Anchor = "/mlflow-artifacts/artifacts/";

    [Theory]
    [InlineData("0/r/artifacts/a.txt", "0/r/artifacts/a.txt")]
    [InlineData("a%20b/c%2Fd", "a b/c/d")]
    [InlineData("%E6%95%B0%E6%8D%AE.csv?x=/../", "数据.csv")]
    [InlineData("a+b", "a+b")]
    [InlineData("dog%25step%25100%25timestamp%25100%255c.png", "dog%step%100%timestamp%100%5c.png")]
    [InlineData("a;v=1", "a;v=1")]
    [InlineData("dir/", "dir")]
    [InlineData("v1.", "v1.")]
    public void A_path_is_decoded_exactly_once(string escaped, string expected) => Assert.Equal(expected, Parse(escaped).Value.Text);

    [Theory]
    [InlineData("../x")]
    [InlineData("a/../b")]
    [InlineData("..%2f..%2fetc/passwd")]
    [InlineData("%2e%2e/x")]
    [InlineData("%252e%252e%252fx")]
    [InlineData("%25252e%25252e/x")]
    [InlineData("a%255c..%255cb")]
    [InlineData("a%5Cb")]
    [InlineData("a\\b")]
    [InlineData("a%00b")]
    [InlineData("C:/x")]
    [InlineData("C%3A%2Fx")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("./a")]
    [InlineData("a/...")]
    [InlineData("a/..%20/b")]
    [InlineData("x;/../../y")]
    [InlineData("%C0%AE%C0%AE/x")]
    [InlineData("%E2%80")]
    [InlineData("%zz")]
    [InlineData("%4")]
    [InlineData("a%0Ab")]
    public void A_path_with_a_trick_in_it_is_refused(string escaped)
    {
        var error = Parse(escaped).Error;
        Assert.Equal(ErrorCode.InvalidArgument, error?.Code);
        Assert.StartsWith("Invalid path", error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_whose_own_part_is_escaped_is_refused() =>
        Assert.True(ArtifactTarget.PathAfter(Request("/api/2.0/mlflow%2Dartifacts/artifacts/a"), Anchor).IsFailure);

    [Theory]
    [InlineData("model/MLmodel", "text/plain", "attachment; filename=MLmodel")]
    [InlineData("a.json", "text/plain", "attachment; filename=a.json")]
    [InlineData("a.png", "image/png", "attachment; filename=a.png")]
    [InlineData("a.pdf", "application/pdf", "attachment; filename=a.pdf")]
    [InlineData("a.pkl", "application/octet-stream", "attachment; filename=a.pkl")]
    [InlineData("a.html", "text/html", "attachment; filename=a.html")]
    [InlineData("noending", "application/octet-stream", "attachment; filename=noending")]
    [InlineData("a b.txt", "text/plain", "attachment; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt")]
    public void A_file_is_an_attachment_of_a_type_that_runs_nothing(string path, string type, string disposition)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        Assert.Equal(type, ContentTypes.Of(name));
        Assert.Equal(disposition, ContentTypes.Attachment(name));
    }

    private static Result<Weighhouse.Tracking.ArtifactPath> Parse(string escaped) =>
        ArtifactTarget.PathAfter(Request("/api/2.0" + Anchor + escaped), Anchor);

    private static DefaultHttpContext Request(string target)
    {
        var http = new DefaultHttpContext();
        http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target;
        return http;
    }
}
