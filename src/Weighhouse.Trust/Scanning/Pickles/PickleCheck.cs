using Weighhouse.Trust.Scanning.Bytes;

namespace Weighhouse.Trust.Scanning.Pickles;

/// <summary>What one pickle does that it may not: held back until it is sure that the bytes are a pickle.</summary>
/// <param name="isTorchScript">
/// Whether the pickle lies in an archive of TorchScript, which has a machine of its own that imports nothing: classes of the archive
/// itself are named there by <c>__torch__</c>.
/// </param>
internal sealed class PickleCheck(ScanRun run, ScanPlace place, bool isTorchScript)
{
    private const string Vouch = "Load it only if you know who made it, or let a person decide. ";

    /// <summary>Names that are told of once each, and no more of them than this.</summary>
    private const int NamesMax = 1_000;

    private readonly HashSet<(string, string)> _named = [];
    private readonly List<ScanFinding> _findings = [];
    private readonly List<(Content Content, string Name)> _inner = [];

    public ScanOptions Options => run.Options;

    public bool HasPersistentIdsAlone => _findings.Count > 0 && _findings.TrueForAll(finding => finding.Code == FindingCode.PickleExternal);

    public void TakeOpcode() => run.Budget.TakeOpcode();

    public GlobalUse? UseOf(string module, string name) =>
        run.Allowed.UseOf(module, name)
        ?? (isTorchScript && (module == "__torch__" || module.StartsWith("__torch__.", StringComparison.Ordinal)) ? GlobalUse.Class : null);

    public void Unlisted(long offset, string opcode, PickleGlobal global)
    {
        if (_named.Count >= NamesMax || !_named.Add((global.Module, global.Name))) return;
        var shown = Shown.Text(global.ToString());
        Add(offset, opcode, FindingCode.PickleGlobal, global,
            $"It asks Python for {shown}, which is not on the list of what loading may use",
            Vouch + (PythonName.IsPlausible(global.ToString()) ? $"To vouch for this name: --allow {shown}." : "No honest pickle has it."));
    }

    public void Misuse(long offset, string opcode, string what, PickleGlobal? global) =>
        Add(offset, opcode, FindingCode.PickleMisuse, global, $"It {what}",
            "No pickler writes this: have the model saved again by whom you trust.");

    public void Extension(long offset, string opcode, uint code) =>
        Add(offset, opcode, FindingCode.PickleExternal, null, $"It asks for the object that whoever loads it registered as {code}",
            Vouch + "Save it without copyreg's extension codes.");

    public void PersistentId(long offset, string opcode) =>
        Add(offset, opcode, FindingCode.PickleExternal, null, "It asks whoever loads it for an object by a name of its own",
            Vouch + "Save it without persistent ids.", ScanVerdict.Unknown);

    public void Broken(PickleRun ended) =>
        Add(ended.ErrorOffset, ended.ErrorOpcode, FindingCode.PickleBroken, null,
            $"It {ended.Error}: Python stops there, and what comes first has run by then", "Have the model saved again.");

    public void Unsure(long offset, string why) =>
        Add(offset, null, FindingCode.PickleBroken, null, why, "Have the model saved again.");

    /// <summary>Bytes that the pickle has loaded as a file of their own.</summary>
    public void LoadsBytes(Content content, PickleValue bytes) =>
        _inner.Add((content.Slice(bytes.Number, bytes.Length), $"bytes@{bytes.Number}"));

    /// <summary>Tells what was found, and looks into what the pickle itself would load.</summary>
    public void Commit()
    {
        foreach (var finding in _findings) run.Add(finding);
        foreach (var (content, name) in _inner) run.ScanMember(content, place, name);
        _findings.Clear();
        _inner.Clear();
    }

    /// <summary>For a second look at some of the bytes, of which only some findings may be wanted.</summary>
    public PickleCheck Aside() => new(run, place, isTorchScript);

    public void Take(PickleCheck other) => _findings.AddRange(other._findings);

    private void Add(
        long offset, string? opcode, string code, PickleGlobal? global, string why, string cure, ScanVerdict verdict = ScanVerdict.Unsafe)
    {
        if (_findings.Count >= run.Options.FindingsMax) return;
        _findings.Add(new ScanFinding(place.Path, verdict, code, why + ".", cure)
        {
            Offset = offset,
            Opcode = opcode,
            Global = global is null ? null : Shown.Text(global.ToString()),
        });
    }
}
