using System.CommandLine.Invocation;
using Weighhouse.Commands;
using Weighhouse.Commands.Shared;

var parsed = RootCommands.Create().Parse(args);
// Who mistypes wants to read what is wrong, not two screens of help.
if (parsed.Action is ParseErrorAction mistake) mistake.ShowHelp = false;
var exitCode = await parsed.InvokeAsync();
if (parsed.Errors.Count == 0) return exitCode;
Console.Error.WriteLine("hint: add --help to see what can follow");
return ExitCode.Usage;
