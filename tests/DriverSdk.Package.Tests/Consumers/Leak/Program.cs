Console.WriteLine("built from the packages");
