using System.CommandLine;
using Weighhouse.Client.Tracking;
using Weighhouse.Commands.Shared;

namespace Weighhouse.Commands.Tracking;

/// <summary>The options that say which runs a command is about.</summary>
internal sealed class RunSelection
{
    private readonly Option<string[]> _experiments =
        new("--experiment") { Description = "An experiment's id; may be repeated [default: all]", HelpName = "ID" };
    private readonly Option<string?> _filter = new("--filter") { Description = "For example: metrics.loss < 0.3 and params.model = 'mlp'" };
    private readonly Option<string[]> _orderBy = new("--order-by") { Description = "For example: 'metrics.loss ASC'; may be repeated" };
    private readonly Option<string?> _view = new("--view") { Description = "active, deleted or all [default: active]" };

    public Command AddTo(Command command)
    {
        command.Add(_experiments);
        command.Add(_filter);
        command.Add(_orderBy);
        command.Add(_view);
        return command;
    }

    public RunQuery Query(RemoteContext context) => new(
        context.Parsed.GetValue(_experiments), context.Get(_filter), context.Parsed.GetValue(_orderBy), context.Get(_view));
}
