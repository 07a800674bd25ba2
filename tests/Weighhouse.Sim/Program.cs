using Weighhouse.Sim;

return await SimCommand.RunAsync(args);
