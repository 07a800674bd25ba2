using Weighhouse.Trust.Scanning;

namespace Weighhouse.Tests.Trust.Scanning;

/// <summary>All malicious samples of all protocols and containers are flagged, and no benign one.</summary>
public sealed class CorpusTests(Corpus corpus) : IClassFixture<Corpus>
{
    [Fact]
    public void Everything_malicious_is_unsafe() => AllAre("malicious", ScanVerdict.Unsafe, countMin: 600);

    [Fact]
    public void Nothing_benign_is_flagged() => AllAre("benign", ScanVerdict.Safe, countMin: 390);

    [Fact]
    public void What_cannot_be_judged_is_unknown() => AllAre("unknown", ScanVerdict.Unknown, countMin: 10);

    [Fact]
    public void Every_finding_says_where_why_and_what_to_do()
    {
        Assert.SkipWhen(Corpus.WhyAbsent is not null, Corpus.WhyAbsent ?? "");
        foreach (var finding in corpus.Scan("malicious", 600).SelectMany(file => file.Findings))
        {
            Assert.NotEmpty(finding.Path);
            Assert.EndsWith(".", finding.Why, StringComparison.Ordinal);
            Assert.NotEmpty(finding.Cure);
            Assert.DoesNotContain(finding.Why, char.IsControl);
            if (finding.Code is FindingCode.PickleGlobal) Assert.True(finding is { Offset: >= 0, Opcode: not null, Global: not null },
                finding.ToString());
        }
    }

    [Fact]
    public void A_global_is_found_where_it_is()
    {
        Assert.SkipWhen(Corpus.WhyAbsent is not null, Corpus.WhyAbsent ?? "");
        var file = ModelScanner.ScanPath(corpus["malicious/crafted/second.pkl"]).Value.Files.Single();
        var finding = file.Findings.Single();
        var bytes = File.ReadAllBytes(corpus["malicious/crafted/second.pkl"]);
        Assert.Equal("os.system", finding.Global);
        Assert.Equal("STACK_GLOBAL", finding.Opcode);
        Assert.Equal(0x93, bytes[(int)finding.Offset!.Value]);
    }

    [Fact]
    public void What_somebody_vouches_for_is_safe()
    {
        Assert.SkipWhen(Corpus.WhyAbsent is not null, Corpus.WhyAbsent ?? "");
        var path = corpus["malicious/pickles/own-class-4.pkl"];
        Assert.Equal(ScanVerdict.Unsafe, ModelScanner.ScanPath(path).Value.Verdict);
        var vouched = ModelScanner.ScanPath(path, new ScanOptions { AllowedGlobals = ["__main__.Own"] }).Value;
        Assert.Equal(ScanVerdict.Safe, vouched.Verdict);
        Assert.NotEqual(ModelScanner.Rules, vouched.Rules);
        Assert.True(ModelScanner.ScanPath(path, new ScanOptions { AllowedGlobals = ["no name"] }).IsFailure);
    }

    private void AllAre(string folder, ScanVerdict wanted, int countMin)
    {
        Assert.SkipWhen(Corpus.WhyAbsent is not null, Corpus.WhyAbsent ?? "");
        var others = corpus.Scan(folder, countMin).Where(file => file.Verdict != wanted)
            .Select(file => $"{file.Path} is {file.Verdict} ({file.Format}): "
                + $"{string.Join(" ", file.Findings.Select(finding => finding.Why))}").ToList();
        Assert.True(others is [], string.Join('\n', others));
    }
}
