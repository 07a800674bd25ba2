using Weighhouse.Bench.Data;
using Weighhouse.Bench.Doors;
using Weighhouse.Bench.Load;
using Weighhouse.Bench.Objects;
using Weighhouse.Bench.Onnx;
using Weighhouse.Bench.Registry;
using Weighhouse.Bench.Serving;
using Weighhouse.Bench.Statistics;
using Weighhouse.Bench.Tools;
using Weighhouse.Bench.Tracking;
using Weighhouse.Bench.Workers;

if (args is ["data", ..]) return await DataAsync();
if (args is ["objects-step", var store, var ids])
{
    await ObjectsStep.RunAsync(store, ids);
    return 0;
}

if (args is ["sparse-step", var sparse])
{
    await SparseStep.RunAsync(sparse);
    return 0;
}

if (args is ["objects", ..]) return await ObjectsAsync();
if (args is ["content", ..]) return await ContentAsync();
if (args is ["store", ..]) return Store();
if (args is ["onnx", ..]) return Onnx();
if (args is ["registry", ..]) return Registry();
if (args is ["serving", ..]) return Serving();
if (args is ["statistics", ..]) return Statistics();
if (args is ["workers", ..]) return await WorkersAsync();
if (args is not ["tracking", ..])
{
    Console.Error.WriteLine(
        """
        content [--quick]
        data [--quick] [--url postgres://…]
        objects [--quick] [--only checkpoint,table,many,objects,scale,sparse]
        onnx [--quick]
        registry [--quick] [--program weigh]
        serving [--quick] [--only small,batch,image,swap] [--program weigh]
        statistics [--quick]
        store [--quick] [--only repack,weigh,md5+copy,git-lfs,restic,borg,doors] [--program weigh]
        workers [--quick] [--python PROGRAM]
        tracking [--quick] [--only start,writes,history,envelope,artifacts,search] [--url URL of another server] [--program weigh]
        """);
    return 2;
}

var quick = args.Contains("--quick");
var program = Value("--program") ?? PublishedProgram.Find();
var only = Value("--only")?.Split(',');
var report = new Report();
using var folder = new ScratchFolder();
if (Value("--url") is { } other)
{
    using var server = new TrackingServer(new Uri(other));
    Run(server, () => double.NaN);
}
else
{
    if (Wanted("start")) Start();
    using var process = ServerProcess.Start(program, folder["data"], port: 5399);
    using var server = new TrackingServer(process.Url);
    Run(server, () => process.ResidentMiB);
    report.Note("resident memory after everything", process.ResidentMiB, "MiB");
}

report.WriteMarkdown(Console.Out);
return report.AllClear ? 0 : 1;

async Task<int> ContentAsync()
{
    var figures = new Report();
    using var scratch = new ScratchFolder();
    await new ContentBench(figures, scratch, args.Contains("--quick")).RunAsync();
    figures.WriteMarkdown(Console.Out);
    return figures.AllClear ? 0 : 1;
}

async Task<int> DataAsync()
{
    var figures = new Report();
    using var scratch = new ScratchFolder();
    await using var bench = new DataBench(figures, scratch["data"], Value("--url") ?? "", args.Contains("--quick"));
    await bench.RunAsync();
    figures.WriteMarkdown(Console.Out);
    return figures.AllClear ? 0 : 1;
}

async Task<int> ObjectsAsync()
{
    var figures = new Report();
    using var scratch = new ScratchFolder();
    var bench = new StoreBench(figures, scratch, args.Contains("--quick"));
    var chosen = Value("--only")?.Split(',');
    if (chosen?.Contains("checkpoint") != false) bench.Checkpoint();
    if (chosen?.Contains("table") != false) bench.Table();
    if (chosen?.Contains("many") != false) bench.Many();
    if (chosen?.Contains("objects") != false) await bench.ObjectsAsync(args.Contains("--quick") ? 100_000 : 1_000_000);
    if (chosen?.Contains("scale") == true) await bench.ObjectsAsync(5_000_000);
    if (chosen?.Contains("sparse") == true) await bench.SparseAsync();
    figures.WriteMarkdown(Console.Out);
    return figures.AllClear ? 0 : 1;
}

int Onnx()
{
    var figures = new Report();
    new OnnxBench(figures, args.Contains("--quick")).Run();
    figures.WriteMarkdown(Console.Out);
    return figures.AllClear ? 0 : 1;
}

int Registry()
{
    var figures = new Report();
    using var scratch = new ScratchFolder();
    using var server = ServerProcess.Start(Value("--program") ?? PublishedProgram.Find(), scratch["registry"], port: 5396);
    new RegistryBench(figures, server, args.Contains("--quick")).Run();
    figures.WriteMarkdown(Console.Out);
    return figures.AllClear ? 0 : 1;
}

int Serving()
{
    var figures = new Report();
    using var scratch = new ScratchFolder();
    new ServingBench(figures, scratch, Value("--program") ?? PublishedProgram.Find(), args.Contains("--quick")).Run(
        Value("--only")?.Split(','));
    figures.WriteMarkdown(Console.Out);
    return figures.AllClear ? 0 : 1;
}

int Statistics()
{
    var figures = new Report();
    new StatisticsBench(figures, args.Contains("--quick")).Run();
    figures.WriteMarkdown(Console.Out);
    return figures.AllClear ? 0 : 1;
}

int Store()
{
    var figures = new Report();
    using var scratch = new ScratchFolder();
    var isQuick = args.Contains("--quick");
    string[] chosen = Value("--only")?.Split(',') ?? [];
    var tools = chosen.Except(["repack", "doors"]).ToArray();
    if (chosen is [] || chosen.Contains("repack")) new RepackBench(figures, scratch, isQuick).Run();
    if (chosen is [] || tools is not [])
    {
        var weigh = Value("--program") ?? PublishedProgram.Find();
        new StoreComparison(figures, weigh, isQuick, scratch["store"]).Run(chosen is [] ? null : tools);
    }

    if (chosen is [] || chosen.Contains("doors"))
    {
        using var server = ServerProcess.Start(Value("--program") ?? PublishedProgram.Find(), scratch["doors"], port: 5397);
        new DoorsBench(figures, server, isQuick).Run();
    }

    figures.WriteMarkdown(Console.Out);
    return figures.AllClear ? 0 : 1;
}

async Task<int> WorkersAsync()
{
    var figures = new Report();
    using var scratch = new ScratchFolder();
    await new WorkersBench(figures, scratch, Value("--python") ?? "python3", args.Contains("--quick")).RunAsync();
    figures.WriteMarkdown(Console.Out);
    return figures.AllClear ? 0 : 1;
}

void Start()
{
    var starts = new List<double>();
    var resident = 0.0;
    for (var i = 0; i < 6; i++)
    {
        using var process = ServerProcess.Start(program, folder["start"], port: 5398);
        starts.Add(process.StartMs);
        resident = process.ResidentMiB;
    }

    // The first start makes the database; the promise is about the others.
    starts.RemoveAt(0);
    starts.Sort();
    report.AtMost("process start to first 200 on /health, median of 5", starts[2], "ms", 600);
    report.AtMost("resident memory when idle", resident, "MiB", 150);
}

void Run(TrackingServer server, Func<double> residentMiB)
{
    var bench = new TrackingBench(report, server, quick);
    if (Wanted("writes")) bench.Writes();
    if (Wanted("history")) bench.History();
    if (Wanted("envelope")) bench.Envelope();
    if (Wanted("artifacts")) bench.Artifacts(residentMiB);
    if (Wanted("search")) bench.Search(quick ? 2_000 : 20_000, quick ? 40 : 400, barMs: 15);
    if (Wanted("search")) bench.Search(quick ? 5_000 : 100_000, 5, barMs: 50);
    if (Wanted("search")) bench.HardSearch(quick ? 5_000 : 100_000, 5, barMs: 50);
}

bool Wanted(string name) => only is null || only.Contains(name);

string? Value(string name)
{
    var at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
}
