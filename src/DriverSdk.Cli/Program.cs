return DriverSdk.Cli.Commands.DriverSdkCommand.Run(args, Console.Out, Console.Error);
