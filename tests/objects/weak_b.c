int value = 5;
int limit = 9;
int second(void)
{
	return value + limit;
}
