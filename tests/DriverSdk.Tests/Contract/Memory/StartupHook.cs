using System.Reflection;
using DriverSdk.Tests.Contract.Memory;

/// <summary>Lets a test's child process run a method of this assembly instead of its empty entry point. The runtime asks for this name, without a namespace.</summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(ChildProcess.MethodVariable) is not { } name)
            return;
        var exitCode = 0;
        try
        {
            typeof(SparseRamTests).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!.CreateDelegate<Action>()();
        }
        catch (Exception exception)
        {
            Console.Error.WriteLine(exception);
            exitCode = 1;
        }

        Environment.Exit(exitCode);
    }
}
